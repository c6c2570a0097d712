package dev.pawl.idgen.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.layout.IdLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Order and uniqueness over threads, by every way to take ids. */
class SnowflakeOrderTest {

    private static final int THREADS = 4;
    private static final int CALLS = 50_000;

    private final AtomicLong greatestSeen = new AtomicLong();

    /** One thread's calls, in turn by each way; the ids taken. */
    private LongStream calls(SnowflakeGenerator ids) {
        LongStream.Builder taken = LongStream.builder();
        long[] batch = new long[3];
        for (int i = 0; i < CALLS; i++) {
            long before = greatestSeen.get();
            switch (i % 4) {
                case 0 -> batch = new long[] {ids.nextId()};
                case 1 -> ids.nextIds(batch = new long[3]);
                case 2 -> ids.reserve(2).fill(batch = new long[2]);
                default -> batch = new long[] {ids.nextIdAfter(Math.max(before, 0))};
            }
            for (long id : batch) {
                assertThat(id).isGreaterThan(before);
                before = id;
                taken.add(id);
            }
            greatestSeen.accumulateAndGet(before, Math::max);
        }
        return taken.build();
    }

    @Test
    void anIdTakenAfterAnotherWasSeenIsLargerAndNoneIsGivenTwice() {
        try (SnowflakeGenerator ids = SnowflakeGenerator.builder(WorkerIds.fixed(3))
                .layout(IdLayout.WIDE)
                .maxAhead(1_000) // an id that is as far ahead as it may be is too far for nextIdAfter
                .build()) {
            // The first id of a fixed worker is just that far ahead.
            long first = ids.nextId();
            await().ignoreExceptionsInstanceOf(ClockSkewException.class).until(() -> ids.nextIdAfter(first) > first);
            List<CompletableFuture<LongStream>> threads = new ArrayList<>();
            IntStream.range(0, THREADS).forEach(i -> {
                CompletableFuture<LongStream> done = new CompletableFuture<>();
                threads.add(done);
                new Thread(() -> done.completeAsync(() -> calls(ids), Runnable::run)).start();
            });
            long[] taken =
                    threads.stream().flatMapToLong(CompletableFuture::join).toArray();
            assertThat(taken).hasSize(THREADS * CALLS * 7 / 4);
            assertThat(LongStream.of(taken).distinct().count()).isEqualTo(taken.length);
        }
    }
}
