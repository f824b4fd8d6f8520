package io.quern.advisor.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The claim of a living process on one temporary directory: a locked file beside it. The kernel
 * gives the lock back however the process ends, so a lock that can be taken marks remains, and only
 * those are ever swept: files of this user, named and locked in this way.
 */
final class Lease implements AutoCloseable {
    private static final String SUFFIX = ".lock";

    /**
     * The lock files of this process: closing any channel to one would give its lock back, as POSIX
     * has it, so a sweep may not even open them.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path lockFile;
    private final Path directory;
    private final FileChannel channel;

    private Lease(Path lockFile, Path directory, FileChannel channel) {
        this.lockFile = lockFile;
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Claims a directory in {@code parent} that does not exist yet; it is not made here.
     *
     * @param prefix what its name begins with
     */
    static Lease take(Path parent, String prefix) throws IOException {
        while (true) {
            String name =
                    prefix + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
            Path file = parent.resolve(name + SUFFIX);
            Path directory = parent.resolve(name);
            if (Files.exists(directory, NOFOLLOW_LINKS)) {
                continue;
            }
            HELD.add(file.toAbsolutePath());
            FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE);
            file.toFile().deleteOnExit();
            try {
                // A sweep may come between creating and locking, and delete the file meanwhile.
                if (channel.tryLock() != null && Files.exists(file, NOFOLLOW_LINKS)) {
                    String pid = ProcessHandle.current().pid() + "\n";
                    channel.write(ByteBuffer.wrap(pid.getBytes(UTF_8)));
                    return new Lease(file, directory, channel);
                }
                channel.close();
                HELD.remove(file.toAbsolutePath());
            } catch (IOException e) {
                // An interrupt closes the channel under our feet.
                Files.deleteIfExists(file);
                channel.close();
                HELD.remove(file.toAbsolutePath());
                throw e;
            }
        }
    }

    Path directory() {
        return directory;
    }

    Path lockFile() {
        return lockFile;
    }

    /** Deletes the directory and gives the claim up. */
    @Override
    public void close() throws IOException {
        deleteTree(directory);
        Files.deleteIfExists(lockFile);
        channel.close();
        HELD.remove(lockFile.toAbsolutePath());
    }

    /**
     * Removes what dead processes of this user left in {@code parent}: their servers, directories
     * and lock files.
     *
     * @param prefix what the names of the directories begin with
     * @return how many there were
     */
    static int sweep(Path parent, String prefix) throws IOException, InterruptedException {
        int swept = 0;
        try (var files = Files.newDirectoryStream(parent, prefix + "*" + SUFFIX)) {
            for (Path file : files) {
                if (!HELD.contains(file.toAbsolutePath()) && isOurs(file) && sweepOne(file)) {
                    swept++;
                }
            }
        }
        return swept;
    }

    private static boolean isOurs(Path file) throws IOException {
        try {
            return Files.isRegularFile(file, NOFOLLOW_LINKS)
                    && Files.getOwner(file, NOFOLLOW_LINKS)
                            .getName()
                            .equals(System.getProperty("user.name"));
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static boolean sweepOne(Path file) throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(file, WRITE, NOFOLLOW_LINKS);
                FileLock lock = tryLock(channel)) {
            if (lock == null) {
                return false;
            }
            String name = file.getFileName().toString();
            Path directory =
                    file.resolveSibling(name.substring(0, name.length() - SUFFIX.length()));
            Optional<ProcessHandle> server = serverOf(directory);
            if (server.isPresent()) {
                stop(server.get());
            }
            deleteTree(directory);
            Files.deleteIfExists(file);
            return true;
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    /** The server that runs from a directory; its pid file is believed only if its program is. */
    static Optional<ProcessHandle> serverOf(Path directory) throws IOException {
        try (var lines = Files.lines(directory.resolve("data/postmaster.pid"))) {
            String program = directory.toRealPath().resolve("postgres/bin/postgres").toString();
            return lines.findFirst()
                    .map(String::strip)
                    .filter(pid -> pid.matches("[0-9]{1,18}"))
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                    .filter(p -> p.info().command().filter(program::equals).isPresent());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** An immediate shutdown: PostgreSQL frees its shared memory, which it could not if killed. */
    private static void stop(ProcessHandle server) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-QUIT", Long.toString(server.pid()));
        kill.inheritIO().start().waitFor();
        try {
            server.onExit().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException stuck) {
            server.destroyForcibly();
        }
    }

    /** Deletes a directory and all below it; what vanishes meanwhile is no error. */
    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException failure) throws IOException {
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
