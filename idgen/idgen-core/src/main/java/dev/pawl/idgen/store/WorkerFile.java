package dev.pawl.idgen.store;

import dev.pawl.idgen.spi.WorkerRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/*
 *   pawl-worker-leases 1                                             format version
 *   0 7f0c…-… 1000 4000 PT3S tick:41,worker=worker:10,…;…;… 17       workerId incarnation from to window layout revision
 *   crc32c 9ae0daaf                                                  of all bytes above
 */

/** The text of a worker-lease file. A file that was cut off, altered or written by a newer version is refused. */
final class WorkerFile {

    private static final String MAGIC = "pawl-worker-leases ";
    private static final String CHECKSUM = "crc32c ";

    private WorkerFile() {}

    static byte[] format(List<WorkerRecord> records) {
        StringBuilder text =
                new StringBuilder(MAGIC).append(WorkerRecord.FORMAT).append('\n');
        for (WorkerRecord r : records) {
            text.append(r.workerId()).append(' ').append(r.incarnation()).append(' ');
            text.append(r.fromTick())
                    .append(' ')
                    .append(r.toTick())
                    .append(' ')
                    .append(r.window())
                    .append(' ');
            text.append(r.layout()).append(' ').append(r.revision()).append('\n');
        }
        return (text + CHECKSUM + checksum(text.toString()) + '\n').getBytes(StandardCharsets.UTF_8);
    }

    static List<WorkerRecord> parse(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        requireKnownFormat(text);
        int end = text.lastIndexOf(CHECKSUM);
        if (end < 0 || !text.substring(end).equals(CHECKSUM + checksum(text.substring(0, end)) + "\n")) {
            throw new IOException("the checksum of a worker-lease file must match its text: bytes=" + bytes.length);
        }
        List<WorkerRecord> records = new ArrayList<>();
        for (String line : text.substring(0, end).lines().skip(1).toList()) {
            records.add(record(line));
        }
        return records;
    }

    private static void requireKnownFormat(String text) throws IOException {
        String first = text.lines().findFirst().orElse("");
        if (!first.equals(MAGIC + WorkerRecord.FORMAT)) {
            throw new IOException("a worker-lease file must be of format " + WorkerRecord.FORMAT + ": firstLine="
                    + first.substring(0, Math.min(40, first.length())));
        }
    }

    private static WorkerRecord record(String line) throws IOException {
        String[] f = line.split(" ", -1);
        try {
            if (f.length == 7) {
                return new WorkerRecord(
                        Integer.parseInt(f[0]),
                        UUID.fromString(f[1]),
                        Long.parseLong(f[2]),
                        Long.parseLong(f[3]),
                        Duration.parse(f[4]),
                        f[5],
                        Long.parseLong(f[6]));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("a worker-lease record must have legal fields: line=" + line, e);
        }
        throw new IOException("a worker-lease record must have 7 fields: line=" + line);
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
