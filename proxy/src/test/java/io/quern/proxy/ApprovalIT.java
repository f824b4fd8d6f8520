package io.quern.proxy;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Suggestion;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A person with a browser decides, and the wire obeys. */
class ApprovalIT {
    private static final String MONTH =
            "SELECT count(*), sum(id) FROM visit WHERE date_trunc('month', came) = ?";

    /** Only the rewrite says it; pgjdbc's own statements keep the original. */
    private static final String REWRITTEN = "came >=";

    private static final String ORIGINAL = "date_trunc('day', came) =";

    private QuernFixture house;
    private Playwright playwright;
    private Browser browser;

    @BeforeEach
    void open() throws Exception {
        Path chromium =
                Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser")
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(Path.of(""));
        Assumptions.assumeTrue(
                Files.isExecutable(chromium) && !chromium.toString().isEmpty(),
                "no chromium: apt-get install chromium");
        house = QuernFixture.open();
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(chromium)
                                        .setArgs(
                                                List.of(
                                                        "--no-sandbox",
                                                        "--disable-gpu",
                                                        "--disable-background-networking")));
    }

    @AfterEach
    void close() {
        if (playwright != null) {
            playwright.close();
        }
        if (house != null) {
            house.close();
        }
    }

    @Test
    void whatIsApprovedOnThePageActsOnTheWireUntilItIsStopped() throws Exception {
        try (Connection session = house.connect("");
                PreparedStatement day = session.prepareStatement(QuernFixture.DAY);
                PreparedStatement month = session.prepareStatement(MONTH)) {
            Suggestion toApprove = house.awaitRewrite(day, "sum(cents)");
            assertThat(executions(session, REWRITTEN)).isZero();
            Page page = browser.newPage();
            page.setDefaultTimeout(15_000);
            logIn(page);
            approve(page, toApprove);
            awaitRewritten(session, day);

            stopOnThePage(page);
            long rewritten = executions(session, REWRITTEN);
            long originals = executions(session, ORIGINAL);
            runEveryDay(day);
            assertThat(executions(session, REWRITTEN)).isEqualTo(rewritten);
            assertThat(executions(session, ORIGINAL)).isEqualTo(originals + QuernFixture.DAYS);

            page.getByText("Let approved changes act again").click();
            assertThat(page.locator("form.banner")).hasCount(0);
            awaitRewritten(session, day);

            reject(page, house.awaitRewrite(month, "sum(id)"));
            switchOff(page, toApprove);
            long last = executions(session, REWRITTEN);
            runEveryDay(day);
            assertThat(executions(session, REWRITTEN)).isEqualTo(last);
            assertAudited(page, toApprove);
        }
    }

    private void logIn(Page page) {
        page.navigate(house.quern.adminUrl());
        page.getByLabel("Password").fill("not the password");
        button(page, "Log in").click();
        assertThat(page.getByRole(AriaRole.ALERT)).hasText("That is not the password.");
        page.getByLabel("Password").fill(house.quern.adminPassword());
        button(page, "Log in").click();
        assertThat(page.locator(".cards li")).not().hasCount(0);
    }

    private void approve(Page page, Suggestion suggestion) {
        page.locator("#suggestion-" + suggestion.id()).click();
        Locator before = page.locator("figure.before pre");
        Locator after = page.locator("figure.after pre");
        assertThat(before).containsText(Pattern.compile("date_trunc", Pattern.CASE_INSENSITIVE));

        assertThat(after).containsText(REWRITTEN);
        button(page, "Approve").click();
        assertThat(page.locator("ol.history")).containsText("approve by admin");
        assertThat(page.locator(".badge").first()).not().containsText("proposed");
    }

    private void stopOnThePage(Page page) {
        page.locator("details.kill summary").click();
        page.getByLabel("Reason, for the audit log").fill("to see it stop");
        button(page, "Run originals only").click();
        assertThat(page.locator("form.banner")).containsText("Originals only.");
    }

    private void reject(Page page, Suggestion suggestion) {
        page.navigate(house.quern.adminUrl() + "suggestions/" + suggestion.id());
        page.locator("#reason").fill("a monthly job, at night");
        button(page, "Reject").click();
        assertThat(page.locator(".finding")).hasText("a monthly job, at night");
    }

    private void switchOff(Page page, Suggestion suggestion) {
        page.navigate(house.quern.adminUrl() + "suggestions/" + suggestion.id());
        page.locator("#reason").fill("enough of it");
        button(page, "Switch off").click();
        assertThat(page.locator(".finding")).hasText("enough of it");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private void awaitRewritten(Connection session, PreparedStatement day) throws SQLException {
        long before = executions(session, REWRITTEN);
        await().atMost(QuernFixture.PATIENCE)
                .untilAsserted(
                        () -> {
                            runEveryDay(day);
                            assertThat(executions(session, REWRITTEN)).isGreaterThan(before + 20);
                        });
    }

    /** Each day once, the results compared with what the data was made to hold. */
    private static void runEveryDay(PreparedStatement day) throws SQLException {
        for (int i = 0; i < QuernFixture.DAYS; i++) {
            assertThat(QuernFixture.day(day, i))
                    .as("day %d", i)
                    .isEqualTo(List.of(1000L, QuernFixture.sum(i)));
        }
    }

    private void assertAudited(Page page, Suggestion approved) {
        List<AuditEntry> rows = house.quern.desk().audit(100);
        assertThat(rows)
                .filteredOn(row -> row.actor().equals("admin"))
                .extracting(row -> row.action() + ": " + row.detail())
                .containsExactly(
                        "switch-off: enough of it",
                        "reject: a monthly job, at night",
                        "revive: The kill switch is off.",
                        "kill: to see it stop",
                        "approve: Approved.");
        assertThat(rows)
                .filteredOn(row -> row.suggestion() == approved.id())
                .extracting(AuditEntry::action)
                .contains("propose");
        page.navigate(house.quern.adminUrl() + "audit");
        assertThat(page.locator("main")).containsText("to see it stop");
    }

    private static long executions(Connection session, String words) throws SQLException {
        return QuernFixture.executions(session, words);
    }
}
