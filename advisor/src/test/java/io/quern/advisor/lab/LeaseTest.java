package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class LeaseTest {
    @TempDir Path temp;

    @Test
    @EnabledOnOs(OS.LINUX)
    void aSweepOfTheSameProcessLeavesTheLock() throws Exception {
        try (Lease lease = Lease.take(temp, "quern-test-")) {
            assertThat(locked(lease)).isTrue();
            assertThat(Lease.sweep(temp, "quern-test-")).isZero();
            assertThat(locked(lease)).isTrue();
        }
        assertThat(temp).isEmptyDirectory();
    }

    /** As the kernel sees it. */
    private static boolean locked(Lease lease) throws Exception {
        String file = ":" + Files.getAttribute(lease.lockFile(), "unix:ino") + " ";
        return Files.readString(Path.of("/proc/locks")).contains(file);
    }
}
