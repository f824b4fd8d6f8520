package io.quern.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.proxy.auth.Verifiers.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

class UserListTest {
    @TempDir private Path directory;

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("userlist.txt"), content);
    }

    private static Answer known(String password) {
        return new Answer.Known(new Verifier.Plain(password), Instant.MAX);
    }

    private static void unknown(Verifiers users, String user) {
        assertThat(users.lookUp(user)).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void linesAreReadAsPgbouncerReadsThem() throws IOException {
        Verifiers users =
                new UserList(
                        file(
                                "\uFEFF\"first\" \"one\"\r\n"
                                        + "; \"comment\" \"x\"\n"
                                        + "# \"comment\" \"x\"\n"
                                        + "\n"
                                        + "  \"a \"\"b\"\"\"\t\"se\"\"cret;#\"\n"
                                        + "\"tight\"\"er\"\"\"\"s\"\n"
                                        + "\"more\" \"two\" \"ignored\" by PgBouncer\n"
                                        + "\"twice\" \"old\"\n"
                                        + "\"twice\" \"new\"\n"
                                        + "\"empty\" \"\"\n"
                                        + "\"ünï\" \"cödé\""));
        assertThat(users.lookUp("first")).isEqualTo(known("one"));
        assertThat(users.lookUp("a \"b\"")).isEqualTo(known("se\"cret;#"));
        assertThat(users.lookUp("more")).isEqualTo(known("two"));
        assertThat(users.lookUp("twice")).isEqualTo(known("new"));
        assertThat(users.lookUp("ünï")).isEqualTo(known("cödé"));
        unknown(users, "comment");
        unknown(users, "empty");
        unknown(users, "First");
    }

    @Test
    void aBadLineIsNamedByItsNumberWithoutItsTextAndOthersCount() throws IOException {
        try (Logged logged = new Logged(UserList.class)) {
            Verifiers users =
                    new UserList(
                            file(
                                    """
                                    user "hidden-1"
                                    "user" hidden-2
                                    "user" "hidden-3
                                    "user" "hidden-4"hidden"
                                    "" "hidden-5"
                                    "user" "SCRAM-SHA-256$hidden-6"
                                    "user" "SCRAM-SHA-512$4096:hidden-7"
                                    "user
                                    "good" "fine"
                                    """));
            assertThat(users.lookUp("good")).isEqualTo(known("fine"));
            unknown(users, "user");
            assertThat(logged.lines())
                    .hasSize(8)
                    .noneMatch(line -> line.contains("hidden"))
                    .allMatch(line -> line.matches("User list .*, line [1-8]: .+"));
        }
    }

    @Test
    void theFileIsReadAgainWhenItChanges() throws IOException {
        Path file = file("\"user\" \"old\"\n");
        Verifiers users = new UserList(file);
        assertThat(users.lookUp("user")).isEqualTo(known("old"));
        Files.writeString(file, "\"user\" \"newer\"\n\"other\" \"x\"\n");
        assertThat(users.lookUp("user")).isEqualTo(known("newer"));
        assertThat(users.lookUp("other")).isEqualTo(known("x"));
    }

    @Test
    void whileTheFileCannotBeReadTheUsersStayAndOneLineSaysSo() throws IOException {
        Path file = file("\"user\" \"old\"\n");
        Verifiers users = new UserList(file);
        try (Logged logged = new Logged(UserList.class)) {
            Files.delete(file);
            assertThat(users.lookUp("user")).isEqualTo(known("old"));
            assertThat(users.lookUp("user")).isEqualTo(known("old"));
            assertThat(logged.lines()).hasSize(1).first().asString().contains("does not exist");
            Files.writeString(file, "\"user\" \"new\"\n");
            assertThat(users.lookUp("user")).isEqualTo(known("new"));
        }
    }

    @Test
    void aFileThatCannotBeReadAtFirstIsRefusedInOneLine() throws IOException {
        Path absent = directory.resolve("absent.txt");
        assertThatThrownBy(() -> new UserList(absent))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot read the user list " + absent + ": it does not exist");
        Path latin1 = Files.write(directory.resolve("latin1.txt"), new byte[] {'"', -28, '"'});
        assertThatThrownBy(() -> new UserList(latin1)).hasMessageContaining("it is not UTF-8");
    }
}
