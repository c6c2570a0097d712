package dev.pawl.idgen.jdbc;

import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentTag;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A program that reserves ranges and says so as soon as each is acknowledged. Arguments: URL, how ({@code RESERVE};
 * {@code CREATE} makes a tag each time too and {@code GIVE_BACK} gives back; {@code UNSYNCED} is the store's statement by
 * plain JDBC, without what the store does after it), how many, and then {@code WAIT} to be killed or {@code HALT} without
 * closing anything.
 */
final class ReservingProgram {

    private ReservingProgram() {}

    public static void main(String[] args) throws SQLException {
        try (Connection open = DriverManager.getConnection(args[0])) {
            for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                Range range = args[1].equals("UNSYNCED") ? byPlainJdbc(open) : byTheStore(args[0], args[1], i);
                System.out.println(range.first() + " " + range.last());
            }
            System.out.println("done");
            if (args[3].equals("HALT")) {
                Runtime.getRuntime().halt(0);
            }
            while (!open.isClosed()) {
                LockSupport.park();
            }
        }
    }

    private static Range byTheStore(String url, String how, int i) {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL(url);
        JdbcSegmentStore store = JdbcSegmentStore.of(dataSource, ThreadPerTask.INSTANCE);
        if (how.equals("CREATE")) {
            Await.value(store.create(SegmentTag.of("orders-" + i)));
        }
        Range range = Await.range(store.reserve("orders", 100));
        if (how.equals("GIVE_BACK")) {
            Await.value(store.giveBack("orders", range, range.first()));
        }
        return range;
    }

    private static Range byPlainJdbc(Connection open) throws SQLException {
        try (PreparedStatement find = open.prepareStatement(Dialect.H2.statement("find"));
                PreparedStatement change = open.prepareStatement(Dialect.H2.statement("change"))) {
            find.setString(1, "orders");
            try (ResultSet row = find.executeQuery()) {
                row.next();
                Range range = new Range(row.getLong(2) + 1, row.getLong(2) + 100, row.getLong(6) + 1);
                List<Object> parameters = List.of(range.last(), row.getLong(3), 0, 100L, 1, "orders", row.getLong(6));
                for (int i = 0; i < parameters.size(); i++) {
                    change.setObject(i + 1, parameters.get(i));
                }
                change.executeUpdate();
                return range;
            }
        }
    }
}
