package dev.pawl.idgen.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.TestTime;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentTag;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Order and uniqueness over threads, across many changes of segment. */
class SegmentOrderTest {

    private static final int THREADS = 4;
    private static final int CALLS = 100_000;

    @Test
    void anIdTakenAfterAnotherWasSeenIsLargerOverAllThreads() {
        FakeSegmentStore store = new FakeSegmentStore();
        SegmentGenerator ids =
                SegmentGenerator.builder(store, "orders").floor(50).ceiling(100).build();
        AtomicLong greatestSeen = new AtomicLong();
        run(() -> {
            for (int i = 0; i < CALLS; i++) {
                long before = greatestSeen.get();
                long id = ids.nextId();
                assertThat(id).isGreaterThan(before);
                greatestSeen.accumulateAndGet(id, Math::max);
            }
        });
        assertThat(store.mostInFlight).hasValue(1);
    }

    /** Each thread turns the clock on by a day now and then. */
    @Test
    void anIdTakenAfterAnotherWasSeenIsLargerWhilePeriodsEnd() {
        ResetPeriod daily = ResetPeriod.daily(ZoneOffset.UTC, 7);
        FakeSegmentStore store = new FakeSegmentStore();
        store.create(SegmentTag.of("daily", daily));
        TestTime time = new TestTime(Instant.parse("2026-11-21T12:00:00Z"));
        SegmentGenerator ids = SegmentGenerator.builder(store, "daily")
                .reset(daily)
                .clock(time)
                .floor(50)
                .ceiling(100)
                .build();
        AtomicLong greatestSeen = new AtomicLong();
        AtomicLong latestDay = new AtomicLong();
        run(() -> {
            SegmentCursor cursor = ids.cursor(7);
            for (int i = 0; i < CALLS; i++) {
                long before = greatestSeen.get();
                long day = latestDay.get();
                long id = i % 50 == 0 ? ids.reserve(3).get(0) : ids.nextId();
                assertThat(id).isGreaterThan(before);
                assertThat(id).isGreaterThan(daily.at(Instant.ofEpochMilli(day)).first() - 1);
                assertThat(cursor.nextId())
                        .isGreaterThan(daily.at(Instant.ofEpochMilli(day)).first() - 1);
                greatestSeen.accumulateAndGet(id, Math::max);
                if (i % 500 == 0) {
                    time.move(Duration.ofDays(1));
                    latestDay.accumulateAndGet(time.millis(), Math::max);
                }
            }
        });
        assertThat(store.mostInFlight).hasValue(1);
    }

    @Test
    void singleIdsBatchesRunsAndCursorsNeverMeet() {
        FakeSegmentStore store = new FakeSegmentStore();
        SegmentGenerator ids =
                SegmentGenerator.builder(store, "orders").floor(50).ceiling(200).build();
        BitSet seen = new BitSet();
        List<long[]> all = new ArrayList<>();
        run(() -> {
            SegmentCursor cursor = ids.cursor(13);
            long[] mine = new long[4 * 30 * 1_000];
            int n = 0;
            for (int i = 0; i < 1_000; i++) {
                long[] batch = new long[30];
                ids.nextIds(batch);
                System.arraycopy(batch, 0, mine, n, 30);
                ids.reserve(30).fill(batch);
                System.arraycopy(batch, 0, mine, n + 30, 30);
                for (int j = 0; j < 30; j++) {
                    mine[n + 60 + j] = cursor.nextId();
                    mine[n + 90 + j] = ids.nextId();
                }
                n += 120;
            }
            synchronized (all) {
                all.add(mine);
            }
        });
        for (long[] mine : all) {
            for (long id : mine) {
                assertThat(seen.get((int) id)).as("id %d twice", id).isFalse();
                seen.set((int) id);
            }
        }
        assertThat(seen.cardinality()).isEqualTo(THREADS * 120_000);
    }

    private static void run(Runnable task) {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            threads.add(done);
            new Thread(() -> {
                        try {
                            task.run();
                            done.complete(null);
                        } catch (Throwable e) {
                            done.completeExceptionally(e);
                        }
                    })
                    .start();
        }
        threads.forEach(CompletableFuture::join);
    }
}
