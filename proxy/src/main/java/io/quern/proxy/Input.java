package io.quern.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What a command reads. */
final class Input {
    private Input() {}

    /**
     * The text of a file; {@code -} is standard input.
     *
     * @param option the option that names it
     * @throws IOException with one clear line if it cannot be read
     */
    static String text(String option, String file) throws IOException {
        try {
            return file.equals("-")
                    ? new String(System.in.readAllBytes(), UTF_8)
                    : Files.readString(Path.of(file), UTF_8);
        } catch (NoSuchFileException e) {
            throw new IOException(option + ": there is no file " + file, e);
        } catch (CharacterCodingException e) {
            throw new IOException(option + ": " + file + " is not UTF-8", e);
        }
    }
}
