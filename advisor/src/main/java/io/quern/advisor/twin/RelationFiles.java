package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes the files whose sizes the planner asks the file system for. It believes them: a relation is
 * as many pages as its segments of 1 GiB are long, the first that is shorter being the last ({@code
 * mdnblocks}). Beyond the first pages they are holes, which cost no disk.
 *
 * <p>A file always gets a number that no file had before, so that no page of it is in shared
 * buffers; {@code pg_class.relfilenode} is pointed at it then. PostgreSQL hands out smaller numbers
 * and looks whether a file exists.
 */
final class RelationFiles {
    /** PostgreSQL hands out object identifiers from 16384 on and does not come here. */
    static final long FIRST_NUMBER = 3_000_000_000L;

    private static final long SEGMENT = 1L << 30;

    private final Path data;
    private long next = FIRST_NUMBER;

    /**
     * @param data the server's data directory
     */
    RelationFiles(Path data) {
        this.data = requireNonNull(data, "data");
    }

    /** The first pages of a relation, as far as it has some, at most 2. */
    ByteBuffer beginning(String path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data.resolve(path).toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(2 * Relation.PAGE, file.length())];
            file.readFully(bytes);
            return ByteBuffer.wrap(bytes);
        }
    }

    /**
     * Makes a file beside another.
     *
     * @param beside what {@code pg_relation_filepath} says of the other
     * @param beginning its first pages
     * @param pages its length; a shorter one cuts the beginning
     * @return its number
     */
    long make(String beside, ByteBuffer beginning, long pages) throws IOException {
        long number = next++;
        Path neighbour = data.resolve(beside);
        long left = pages * Relation.PAGE;
        for (int segment = 0; segment == 0 || left >= 0; segment++) {
            Path path = segment(neighbour, number, segment);
            Files.createFile(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                if (segment == 0) {
                    file.getChannel().write(beginning.duplicate());
                }
                file.setLength(Math.min(left, SEGMENT));
            }
            own(path, neighbour);
            if (left < SEGMENT) {
                break;
            }
            left -= SEGMENT;
        }
        return number;
    }

    /** Removes a file made before that no relation uses. */
    void remove(String beside, long number) throws IOException {
        Path neighbour = data.resolve(beside);
        int segment = 0;
        while (Files.deleteIfExists(segment(neighbour, number, segment))) {
            segment++;
        }
    }

    private static Path segment(Path neighbour, long number, int segment) {
        return neighbour.resolveSibling(segment == 0 ? "" + number : number + "." + segment);
    }

    /** The server may run as another user. */
    private static void own(Path file, Path neighbour) throws IOException {
        Object wanted = Files.getAttribute(neighbour, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!wanted.equals(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
            Files.setAttribute(file, "unix:uid", wanted, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
