package dev.pawl.idgen.store;

import dev.pawl.idgen.spi.WorkerRecord;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.UUID;

/*
 *   0 7f0c…-… 1000 4000 PT3S tick:41,worker=worker:10,…;…;… 17       workerId incarnation from to window layout revision
 */

/** The lines of a worker-lease file. */
final class WorkerFile {

    static final CheckedFile KIND = new CheckedFile("pawl-worker-leases", "worker-lease", WorkerRecord.FORMAT);

    private WorkerFile() {}

    static String line(WorkerRecord r) {
        return r.workerId() + " " + r.incarnation() + " " + r.fromTick() + " " + r.toTick() + " " + r.window() + " "
                + r.layout() + " " + r.revision();
    }

    static WorkerRecord record(String line) throws IOException {
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
}
