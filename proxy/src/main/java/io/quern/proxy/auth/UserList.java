package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of users and their secrets, as PgBouncer's {@code userlist.txt}: lines of {@code "user"
 * "secret"}, a quote within quotes doubled, what follows the second field ignored; empty lines and
 * lines that begin with {@code ;} or {@code #} are comments. Of several lines for one user the last
 * counts. An empty secret stands for none.
 *
 * <p>The file is read again as soon as a look-up finds it changed. A line that cannot be used is
 * logged by its number, never with its text, and the others count; while the file cannot be read
 * the users read last stay. Thread-safe; a look-up asks the file system.
 */
public final class UserList implements Verifiers {
    private static final Logger LOG = LoggerFactory.getLogger(UserList.class);
    private static final long LARGEST = 16L << 20;
    private static final int MOST_COMPLAINTS = 20;

    /** What tells one state of the file from another. */
    private record Stamp(FileTime modified, long size, @Nullable Object key) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
        }
    }

    private record Content(Optional<Stamp> stamp, Map<String, Verifier> users) {}

    private final Path file;
    private volatile Content content;

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read; the message is one line that names it
     */
    public UserList(Path file) throws IOException {
        this.file = requireNonNull(file, "file");
        try {
            Stamp stamp = Stamp.of(file);
            this.content = new Content(Optional.of(stamp), read(stamp));
        } catch (IOException unreadable) {
            throw new IOException("cannot read the user list " + reason(unreadable), unreadable);
        }
    }

    @Override
    public Answer lookUp(String user) {
        Verifier verifier = users().get(user);
        return verifier == null
                ? new Answer.Unknown("is not in the user list")
                : new Answer.Known(verifier, Instant.MAX);
    }

    private Map<String, Verifier> users() {
        Content before = content;
        Optional<Stamp> now;
        try {
            now = Optional.of(Stamp.of(file));
        } catch (IOException gone) {
            now = Optional.empty();
        }
        return now.equals(before.stamp()) ? before.users() : renewed(now);
    }

    private synchronized Map<String, Verifier> renewed(Optional<Stamp> now) {
        Content before = content;
        if (!now.equals(before.stamp())) {
            Map<String, Verifier> users = before.users();
            try {
                users = read(now.orElseThrow(() -> new NoSuchFileException(file.toString())));
                LOG.info("Read the user list {} again: {} users", file, users.size());
            } catch (IOException unreadable) {
                LOG.warn(
                        "The users read last stay: cannot read the user list {}",
                        reason(unreadable));
            }
            content = new Content(now, users);
        }
        return content.users();
    }

    private Map<String, Verifier> read(Stamp stamp) throws IOException {
        if (stamp.size() > LARGEST) {
            throw new IOException("it is larger than " + LARGEST + " bytes");
        }
        Map<String, Verifier> users = new HashMap<>();
        List<String> complaints = new ArrayList<>();
        int number = 0;
        try (var lines = Files.lines(file, UTF_8)) {
            for (String line : (Iterable<String>) lines::iterator) {
                number++;
                try {
                    take(
                            number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line,
                            users);
                } catch (UnfitLine unfit) {
                    complaints.add("line " + number + ": " + unfit.getMessage());
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        complaints.stream()
                .limit(MOST_COMPLAINTS)
                .forEach(why -> LOG.warn("User list {}, {}", file, why));
        if (complaints.size() > MOST_COMPLAINTS) {
            LOG.warn(
                    "User list {}: {} more lines cannot be used",
                    file,
                    complaints.size() - MOST_COMPLAINTS);
        }
        return Map.copyOf(users);
    }

    private static void take(String line, Map<String, Verifier> users) throws UnfitLine {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith(";") || text.startsWith("#")) {
            return;
        }
        Quoted user = Quoted.at(text, 0, "the user");
        if (user.text().isEmpty()) {
            throw new UnfitLine("the user is empty");
        }
        int next = user.end();
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        Quoted secret = Quoted.at(text, next, "the secret");
        if (secret.end() < text.length() && !Character.isWhitespace(text.charAt(secret.end()))) {
            throw new UnfitLine("a quote within the secret is not doubled");
        }
        if (secret.text().isEmpty()) {
            users.remove(user.text());
            return;
        }
        try {
            users.put(user.text(), Verifier.parse(secret.text()));
        } catch (Verifier.UnfitVerifier unfit) {
            throw new UnfitLine("the secret " + unfit.getMessage());
        }
    }

    /**
     * A field in quotes.
     *
     * @param end where the rest of the line begins
     */
    private record Quoted(String text, int end) {
        static Quoted at(String line, int start, String what) throws UnfitLine {
            if (start >= line.length() || line.charAt(start) != '"') {
                throw new UnfitLine(what + " is not in double quotes");
            }
            StringBuilder text = new StringBuilder();
            for (int i = start + 1; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c != '"') {
                    text.append(c);
                } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
                    text.append(c);
                    i++;
                } else {
                    return new Quoted(text.toString(), i + 1);
                }
            }
            throw new UnfitLine(what + " has no closing quote");
        }
    }

    /** The message holds nothing of the line. */
    private static final class UnfitLine extends Exception {
        private static final long serialVersionUID = 1L;

        UnfitLine(String message) {
            super(message, null, false, false);
        }
    }

    private String reason(IOException unreadable) {
        String why =
                switch (unreadable) {
                    case NoSuchFileException _ -> "it does not exist";
                    case CharacterCodingException _ -> "it is not UTF-8";
                    case java.nio.file.AccessDeniedException _ -> "permission denied";
                    default -> String.valueOf(unreadable.getMessage());
                };
        return file + ": " + why;
    }
}
