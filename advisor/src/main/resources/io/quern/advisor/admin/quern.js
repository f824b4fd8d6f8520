// What the pages do beyond htmx: they work without any of this.
(function () {
  "use strict";

  var stale = document.getElementById("stale");
  var last = "";

  function reading() {
    var selection = window.getSelection();
    var live = document.getElementById("live");
    return selection && !selection.isCollapsed && live && live.contains(selection.anchorNode);
  }

  // No refresh while nobody looks, nor under a selection that someone is about to copy.
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (document.hidden || reading()) {
      event.preventDefault();
    }
  });

  // An unchanged page is left alone, so nothing flickers and screen readers stay silent.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status === 200) {
      stale.hidden = true;
      event.detail.shouldSwap = event.detail.xhr.responseText !== last;
      last = event.detail.xhr.responseText;
    }
  });

  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function () {
      stale.hidden = false;
    });
  });

  // Boxes that a person has scrolled sideways stay where they are across a refresh.
  var scrolled = [];
  document.addEventListener("htmx:beforeSwap", function () {
    scrolled = Array.from(document.querySelectorAll("#live .scroll")).map(function (box) {
      return box.scrollLeft;
    });
  });
  document.addEventListener("htmx:afterSwap", function () {
    document.querySelectorAll("#live .scroll").forEach(function (box, i) {
      box.scrollLeft = scrolled[i] || 0;
    });
  });

  // An open confirmation closes with Escape or a click elsewhere.
  var kill = document.querySelector("details.kill");
  if (kill) {
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && kill.open) {
        kill.open = false;
        kill.querySelector("summary").focus();
      }
    });
    document.addEventListener("click", function (event) {
      if (!kill.contains(event.target)) {
        kill.open = false;
      }
    });
  }

  function offerCopies() {
    if (navigator.clipboard) {
      document.querySelectorAll("button.copy").forEach(function (button) {
        button.hidden = false;
      });
    }
  }
  offerCopies();
  document.addEventListener("htmx:afterSettle", offerCopies);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button.copy");
    if (button) {
      var text = button.parentElement.querySelector("pre").textContent;
      navigator.clipboard.writeText(text).then(function () {
        button.textContent = "Copied";
      });
    }
  });
})();
