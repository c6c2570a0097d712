package dev.pawl.idgen.jdbc;

import dev.pawl.idgen.spi.WorkerRecord;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A program that raises the last tick of worker id 0 and says so as soon as each write is acknowledged. Arguments: URL, how
 * many writes, and then {@code WAIT} to be killed or {@code HALT} without closing anything.
 */
final class LeasingProgram {

    private LeasingProgram() {}

    public static void main(String[] args) throws SQLException {
        try (Connection open = DriverManager.getConnection(args[0])) {
            JdbcDataSource dataSource = new JdbcDataSource();
            dataSource.setURL(args[0]);
            JdbcWorkerLeaseStore store = JdbcWorkerLeaseStore.of(dataSource, ThreadPerTask.INSTANCE);
            for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                System.out.println(raised(store));
            }
            System.out.println("done");
            if (args[2].equals("HALT")) {
                Runtime.getRuntime().halt(0);
            }
            while (!open.isClosed()) {
                LockSupport.park();
            }
        }
    }

    private static long raised(JdbcWorkerLeaseStore store) {
        Optional<WorkerRecord> found = Await.value(store.read("orders", 0));
        WorkerRecord next = found.map(record -> record.withToTick(record.toTick() + 100, record.window()))
                .orElseGet(() -> new WorkerRecord(0, UUID.randomUUID(), 1, 100, Duration.ofSeconds(3), "", 1));
        if (!Await.value(store.compareAndSet("orders", found, next))) {
            throw new IllegalStateException("nobody else writes");
        }
        return next.toTick();
    }
}
