package dev.pawl.idgen.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.Reservation.Exhausted;
import dev.pawl.idgen.spi.Reservation.Later;
import dev.pawl.idgen.spi.Reservation.OtherReset;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.Reservation.UnknownTag;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the stores over Leaf's and tinyid's tables owe, with the peers at work on the same rows. */
abstract class PeerTablesContract {

    private static final int WORKERS = 4;
    private static final int ROUNDS = 40;
    private static final long GREATEST = Long.MAX_VALUE - 1;

    /** Connections to one database, with auto-commit on. */
    abstract DataSource dataSource() throws SQLException;

    @BeforeEach
    void makeTheTables() throws SQLException {
        for (Peer peer : Peer.values()) {
            execute("DROP TABLE IF EXISTS " + peer.table());
            try (Connection connection = dataSource().getConnection()) {
                execute(peer.schema(connection.getMetaData().getDatabaseProductName()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void rangesAndThePeersFollowEachOtherWithoutAGapOrANumberTwice(Peer peer) throws SQLException {
        peer.insert(dataSource(), "orders", 1, 10);
        assertThat(peer.next(dataSource(), "orders")).isEqualTo(new Range(1, 10, 0));
        assertBounds(reserve(peer, "orders", 100), 11, 110);
        assertThat(peer.next(dataSource(), "orders")).isEqualTo(new Range(111, 120, 0));
        assertThat(peer.next(dataSource(), "orders")).isEqualTo(new Range(121, 130, 0));
        Range range = reserve(peer, "orders", 1);
        assertBounds(range, 131, 131);
        assertThat(reserve(peer, "orders", 1).revision()).isGreaterThan(range.revision());
    }

    /** The peers' servers and ours, all at once on one row. */
    @ParameterizedTest
    @EnumSource
    void noNumberIsHandedOutTwiceWhileThePeersContend(Peer peer) throws SQLException {
        peer.insert(dataSource(), "orders", 1, 7);
        List<CompletableFuture<List<Range>>> all = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            SegmentStore store = peer.store(dataSource());
            int step = 3 + worker;
            all.add(repeat(() -> Await.range(store.reserve("orders", step))));
            DataSource peers = dataSource();
            all.add(repeat(() -> peer.next(peers, "orders")));
        }
        List<Range> ranges = new ArrayList<>();
        all.forEach(worker -> ranges.addAll(Await.value(worker)));
        ranges.sort(Comparator.comparingLong(Range::first));
        assertThat(ranges).hasSize(2 * WORKERS * ROUNDS);
        long last = 0;
        for (Range range : ranges) {
            assertThat(range.first()).isEqualTo(last + 1);
            last = range.last();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTagThatIsMadeHereIsOneThatThePeerCanUse(Peer peer) throws SQLException {
        SegmentStore store = peer.store(dataSource());
        assertThat(Await.value(store.create(new SegmentTag("invoices", 1_000, GREATEST))))
                .isTrue();
        assertThat(Await.value(store.create(SegmentTag.of("invoices")))).isFalse();
        assertBounds(reserve(peer, "invoices", 5), 1_000, 1_004);
        assertThat(peer.next(dataSource(), "invoices").first()).isEqualTo(1_005);
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownTagIsNotMade(Peer peer) throws SQLException {
        SegmentStore store = peer.store(dataSource());
        assertThat(Await.value(store.reserve("orders", 1))).isEqualTo(new UnknownTag());
        assertThat(Await.value(store.reserve("o".repeat(128), 1))).isEqualTo(new UnknownTag());
        assertThat(Await.value(store.giveBack("orders", new Range(1, 10, 1), 5)))
                .isFalse();
    }

    /** The peers' scripts make tables whose collation sees no difference, except on H2 and PostgreSQL. */
    @ParameterizedTest
    @EnumSource
    void aNameInOtherCapitalsIsNotTheTag(Peer peer) throws SQLException {
        peer.insert(dataSource(), "orders", 1, 10);
        assertThat(Await.value(peer.store(dataSource()).reserve("Orders", 1))).isEqualTo(new UnknownTag());
        assertBounds(reserve(peer, "orders", 1), 1, 1);
    }

    @ParameterizedTest
    @EnumSource
    void numbersBelowOneAreSkipped(Peer peer) throws SQLException {
        for (long first : new long[] {0, -1_000, Long.MIN_VALUE + 1}) {
            String tag = "tag" + first;
            peer.insert(dataSource(), tag, first, 10);
            assertBounds(reserve(peer, tag, 10), 1, 10);
            assertBounds(reserve(peer, tag, 10), 11, 20);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theGreatestNumberEndsTheTagWithoutAnOverflow(Peer peer) throws SQLException {
        peer.insert(dataSource(), "orders", GREATEST - 5, 10);
        assertBounds(reserve(peer, "orders", Long.MAX_VALUE), GREATEST - 5, GREATEST);
        assertThat(Await.value(peer.store(dataSource()).reserve("orders", 1))).isEqualTo(new Exhausted(GREATEST));
    }

    @ParameterizedTest
    @EnumSource
    void aRangeKeepsWithinTheBoundsOfTheDemand(Peer peer) throws SQLException {
        peer.insert(dataSource(), "orders", 1, 10);
        SegmentStore store = peer.store(dataSource());
        assertBounds(Await.range(store.reserve(new SegmentDemand("orders", 10, Optional.empty(), 101, 105))), 101, 105);
        Reservation later = Await.value(store.reserve(new SegmentDemand("orders", 10, Optional.empty(), 1, 104)));
        assertThat(later).isEqualTo(new Later(105));
        ResetPeriod daily = ResetPeriod.daily(ZoneOffset.UTC, 3);
        Reservation reset = Await.value(store.reserve(new SegmentDemand("orders", 1, Optional.of(daily), 1, 999)));
        assertThat(reset).isEqualTo(new OtherReset(Optional.empty()));
    }

    @ParameterizedTest
    @EnumSource
    void whatTheTableCannotKeepIsRefused(Peer peer) throws SQLException {
        SegmentStore store = peer.store(dataSource());
        for (SegmentTag tag : List.of(
                new SegmentTag("orders", 1, 1_000), SegmentTag.of("orders", ResetPeriod.yearly(ZoneOffset.UTC, 3)))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.create(tag))
                    .withMessage("tag must have neither a greatest number nor a reset, which " + peer.table()
                            + " cannot keep: tag=orders");
        }
        for (long lastUsed : new long[] {9, 21}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.giveBack("orders", new Range(11, 20, 1), lastUsed))
                    .withMessageContaining("lastUsed");
        }
        assertThat(Await.value(store.reserve("orders", 1))).isEqualTo(new UnknownTag());
    }

    @Test
    void leafsTableTakesNothingBack() throws SQLException {
        Peer.LEAF.insert(dataSource(), "orders", 1, 10);
        SegmentStore store = Peer.LEAF.store(dataSource());
        Range range = Await.range(store.reserve("orders", 10));
        assertThat(Await.value(store.giveBack("orders", range, 5))).isFalse();
        assertThat(Await.value(store.giveBack("orders", range, 0))).isFalse();
        assertBounds(reserve(Peer.LEAF, "orders", 1), 11, 11);
    }

    @Test
    void tinyidsTableTakesBackTheNewestRangeOnce() throws SQLException {
        Peer peer = Peer.TINYID;
        peer.insert(dataSource(), "orders", 1, 10);
        SegmentStore store = peer.store(dataSource());
        Range range = Await.range(store.reserve("orders", 100));
        assertThat(Await.value(store.giveBack("orders", range, 40))).isTrue();
        assertThat(Await.value(store.giveBack("orders", range, 40))).isFalse();
        assertThat(peer.next(dataSource(), "orders")).isEqualTo(new Range(41, 50, 0));
        assertBounds(reserve(peer, "orders", 50), 51, 100);
        assertThat(Await.value(store.giveBack("orders", range, 40)))
                .as("the number is the same again, the version is not")
                .isFalse();
        assertBounds(reserve(peer, "orders", 1), 101, 101);
    }

    @Test
    void aTinyidRowWithStridesIsRefused() throws SQLException {
        Peer.TINYID.insert(dataSource(), "orders", 1, 10);
        execute("UPDATE tiny_id_info SET delta = 2, remainder = 1");
        SegmentStore store = Peer.TINYID.store(dataSource());
        BackendException failure = Await.failure(store.reserve("orders", 1));
        assertThat(failure).hasMessage("delta of tag orders in tiny_id_info must be 1: delta=2");
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(Await.failure(store.giveBack("orders", new Range(1, 1, 1), 1))
                        .outcome())
                .isEqualTo(Outcome.NOT_APPLIED);
        execute("UPDATE tiny_id_info SET delta = 1, remainder = 0");
        assertBounds(reserve(Peer.TINYID, "orders", 1), 1, 1);
    }

    @Test
    void aNameThatTinyidsColumnWouldCutIsRefused() throws SQLException {
        SegmentStore store = Peer.TINYID.store(dataSource());
        assertThat(Await.value(store.create(SegmentTag.of("o".repeat(63))))).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.create(SegmentTag.of("o".repeat(64))))
                .withMessageStartingWith("tag must be 1 to 63 characters in tiny_id_info: tag=");
    }

    @ParameterizedTest
    @EnumSource
    void theGuaranteeNamesThePeersTable(Peer peer) throws SQLException {
        SegmentStore store = peer.store(dataSource());
        assertThat(store.guarantee().level()).isEqualTo(Level.BEST_EFFORT);
        Await.value(store.create(SegmentTag.of("orders")));
        assertThat(store.guarantee().level()).isEqualTo(Level.PROVEN);
        assertThat(store.guarantee().scope()).startsWith("table " + peer.table() + " in ");
    }

    private Range reserve(Peer peer, String tag, long step) throws SQLException {
        return Await.range(peer.store(dataSource()).reserve(tag, step));
    }

    private static void assertBounds(Range range, long first, long last) {
        assertThat(range).extracting(Range::first, Range::last).containsExactly(first, last);
    }

    private static CompletableFuture<List<Range>> repeat(Callable<Range> reservation) {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<Range> ranges = new ArrayList<>();
                    for (int round = 0; round < ROUNDS; round++) {
                        try {
                            ranges.add(reservation.call());
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    }
                    return ranges;
                },
                ThreadPerTask.INSTANCE);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
