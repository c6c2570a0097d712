package dev.pawl.idgen.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds for every legal layout: all widths, and random orders, tick lengths and values. */
class LayoutPropertiesTest {

    private final long seed = Long.getLong("pawl.seed", 20261121L);
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void decodeGivesBackWhatWasPutInForEveryWidth() {
        int layouts = 0;
        for (int tick = 1; tick <= 61; tick++) {
            for (int worker = 1; worker <= Math.min(31, 62 - tick); worker++) {
                for (int sequence = 1; sequence <= 63 - tick - worker; sequence++) {
                    IdLayout layout = layout(tick, worker, sequence);
                    if (layout != null) {
                        layouts++;
                        verify(layout);
                    }
                }
            }
        }
        assertThat(layouts).as("seed=%d", seed).isGreaterThan(15_000);
    }

    /** Null where the random order or tick length makes no legal layout. */
    private IdLayout layout(int tick, int worker, int sequence) {
        List<IdField> fields = new ArrayList<>(List.of(IdField.tick(tick), IdField.sequence(sequence)));
        int split = worker > 1 && random.nextBoolean() ? random.nextInt(1, worker) : 0;
        int place = random.nextInt(3);
        fields.add(place, IdField.worker("worker", worker - split));
        if (split > 0) {
            fields.add(place, IdField.worker("datacenter", split));
        }
        Duration length = tick > 50 ? Duration.ofMillis(1) : Duration.ofMillis(random.nextInt(1, 1_000));
        try {
            return new IdLayout(length, IdLayout.DEFAULT_EPOCH, fields.toArray(IdField[]::new));
        } catch (IllegalArgumentException e) {
            assertThat(e)
                    .as("only very long lives are refused here")
                    .hasMessageContaining("the last tick must lie within");
            return null;
        }
    }

    private void verify(IdLayout layout) {
        long greatestPacked = (layout.maxTick() << layout.sequenceBits()) + (1L << layout.sequenceBits()) - 1;
        for (long packed : new long[] {0, greatestPacked, random.nextLong() & greatestPacked}) {
            for (int worker : new int[] {0, layout.maxWorkerId(), random.nextInt() & layout.maxWorkerId()}) {
                long id = layout.idOf(packed, worker);
                DecodedId decoded = layout.decode(id);
                assertThat(id).isBetween(0L, layout.maxId());
                assertThat(decoded.workerId()).isEqualTo(worker);
                assertThat(decoded.tick() << layout.sequenceBits() | decoded.sequence())
                        .as("seed=%d, layout=%s", seed, layout)
                        .isEqualTo(packed);
                assertThat(layout.tickAt(decoded.instant().toEpochMilli())).isEqualTo(decoded.tick());
                assertThat(layout.tickAt(layout.startOf(decoded.tick() + 1).toEpochMilli() - 1))
                        .isEqualTo(decoded.tick());
            }
        }
        long packed = random.nextLong() & greatestPacked;
        int worker = random.nextInt() & layout.maxWorkerId();
        if (packed < greatestPacked) {
            assertThat(layout.idOf(packed + 1, worker))
                    .as("ids increase: seed=%d, layout=%s", seed, layout)
                    .isGreaterThan(layout.idOf(packed, worker));
        }
        if (layout.fields().get(0).kind() == IdField.Kind.TICK) {
            DecodedId decoded = layout.decode(layout.idOf(packed, worker));
            assertThat(decoded.id()).isBetween(layout.minIdAt(decoded.instant()), layout.maxIdAt(decoded.instant()));
        }
    }
}
