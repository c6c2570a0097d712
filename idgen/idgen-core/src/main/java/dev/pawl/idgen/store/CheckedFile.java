package dev.pawl.idgen.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/*
 *   pawl-worker-leases 1       magic and format version
 *   ...                        the lines
 *   crc32c 9ae0daaf            of all bytes above
 */

/**
 * A kind of small text file that is replaced as a whole. One that was cut off, altered or written by a newer version is
 * refused. Immutable; whoever uses it sees to it that nobody else writes the file at the same time.
 *
 * @param magic what the first line begins with
 * @param what what it is called in messages
 * @param format its version
 */
record CheckedFile(String magic, String what, int format) {

    private static final String CHECKSUM = "crc32c ";

    /** Returns the lines of a file; none if there is no such file. */
    List<String> read(Path file) throws IOException {
        try {
            return parse(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private List<String> parse(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String first = text.lines().findFirst().orElse("");
        if (!first.equals(firstLine())) {
            throw new IOException("a " + what + " file must be of format " + format + ": firstLine="
                    + first.substring(0, Math.min(40, first.length())));
        }
        int end = text.lastIndexOf(CHECKSUM);
        if (end < 0 || !text.substring(end).equals(CHECKSUM + checksum(text.substring(0, end)) + "\n")) {
            throw new IOException("the checksum of a " + what + " file must match its text: bytes=" + bytes.length);
        }
        return text.substring(0, end).lines().skip(1).toList();
    }

    /** The old file or the new one is there at every moment, and the new one's bytes are on the disk before its name is. */
    void replace(Path file, List<String> lines) throws IOException {
        StringBuilder text = new StringBuilder(firstLine()).append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
        String sum = checksum(text.toString());
        text.append(CHECKSUM).append(sum).append('\n');
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel entries =
                FileChannel.open(Objects.requireNonNull(file.getParent()), StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    private String firstLine() {
        return magic + " " + format;
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
