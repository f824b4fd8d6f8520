package io.quern.advisor.lab;

import io.zonky.test.db.postgres.util.ArchUtils;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/** The PostgreSQL programs that come as a dependency, packed. */
final class Binaries {
    private Binaries() {}

    /**
     * Unpacks them for this machine. Stops between two files when the thread is interrupted.
     *
     * @throws IOException if there are none for this machine
     */
    static void unpack(Path target) throws IOException {
        Files.createDirectories(target);
        try (InputStream packed = open(resource());
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(
                                new XZInputStream(new BufferedInputStream(packed, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("unpacking PostgreSQL was interrupted");
                }
                unpack(tar, entry, target);
            }
        }
    }

    /**
     * The archive's name for this machine. The library's own resolver is not asked: it runs a
     * script from a temporary file to learn the distribution, and forgets interrupts meanwhile.
     */
    private static String resource() throws IOException {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = ArchUtils.normalize(System.getProperty("os.arch"));
        if (os.contains("mac")) {
            return "/postgres-darwin-" + machine + ".txz";
        }
        if (os.contains("linux")) {
            boolean alpine = Files.exists(Path.of("/etc/alpine-release"));
            return "/postgres-linux-" + machine + (alpine ? "-alpine_linux" : "") + ".txz";
        }
        throw new IOException("the embedded PostgreSQL runs on Linux and macOS only, not on " + os);
    }

    private static InputStream open(String resource) throws IOException {
        InputStream packed = Binaries.class.getResourceAsStream(resource);
        if (packed == null) {
            throw new IOException("there is no embedded PostgreSQL for this machine: " + resource);
        }
        return packed;
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
            throws IOException {
        Path file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
            throw new IOException("the archive leaves its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(tar, file);
            if ((entry.getMode() & 0100) != 0) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }
}
