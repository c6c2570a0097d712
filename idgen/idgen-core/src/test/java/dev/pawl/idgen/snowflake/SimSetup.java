package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.layout.IdField;
import dev.pawl.idgen.layout.IdLayout;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * What one run is made of. Every seed draws its own sizes and its own mixture of faults, since a run with a little of
 * everything seldom has enough of anything.
 *
 * @param layout few worker ids and few ids a tick, so that two owners of one worker id would soon meet; at most two
 *     sequence bits, since the start of a tick's sequence is then not spread by a salt that no seed decides
 * @param nextLayout what the layout is changed to halfway by some seeds: its ids lie above, but not by much
 * @param storeTime whether the store has a time of its own
 * @param chaosMillis for how long things fail
 * @param restMillis the time between two calls for ids, on average half of it
 * @param failingWrites how many of 1,000 writes to the store go wrong, and of 5,000 reads
 * @param wrongs in which ways they do, each as often as it stands here
 * @param faultMillis the time between two faults, on average half of it
 * @param faults which other faults there are, each as often as it stands here
 * @param hours whether clocks are set by hours too, which leaves few worker ids to the others
 * @param drift by how much clocks are too fast or too slow at most
 */
record SimSetup(
        int hosts,
        IdLayout layout,
        IdLayout nextLayout,
        int maxAhead,
        Duration window,
        boolean storeTime,
        Duration maxSkew,
        ClockPolicy clockPolicy,
        LeaseLossPolicy lossPolicy,
        int chaosMillis,
        int restMillis,
        int failingWrites,
        List<SimWrong> wrongs,
        int faultMillis,
        List<SimFault> faults,
        boolean hours,
        double drift) {

    static SimSetup draw(SplittableRandom random) {
        int tickMillis = new int[] {1, 20, 250, 1000}[random.nextInt(4)];
        IdLayout layout = new IdLayout(
                Duration.ofMillis(tickMillis),
                IdLayout.DEFAULT_EPOCH,
                IdField.tick(41),
                IdField.worker("worker", 1 + random.nextInt(3)),
                IdField.sequence(1 + random.nextInt(2)));
        boolean asksAgain = random.nextInt(5) == 0;
        return new SimSetup(
                2 + random.nextInt(5),
                layout,
                layout.withEpoch(IdLayout.DEFAULT_EPOCH.minusMillis(1 + random.nextInt(30_000))),
                1 + random.nextInt(Math.min(10, 1000 / tickMillis)),
                Duration.ofSeconds(random.nextBoolean() ? 3 : 3 + random.nextInt(8)),
                random.nextBoolean(),
                Duration.ofMillis(1 + random.nextInt(5_000)),
                random.nextBoolean() ? ClockPolicy.WAIT : ClockPolicy.FAIL,
                random.nextInt(4) == 0 ? LeaseLossPolicy.FAIL : LeaseLossPolicy.SWITCH_WORKER,
                10_000 + random.nextInt(10_000),
                40 + random.nextInt(160),
                asksAgain ? 800 : 20 + random.nextInt(random.nextBoolean() ? 50 : 600),
                asksAgain ? List.of(SimWrong.APPLIED_TWICE) : some(SimWrong.values(), random),
                random.nextInt(3) == 0 ? 200 : 300 + random.nextInt(1500),
                some(SimFault.values(), random),
                random.nextInt(8) == 0,
                random.nextInt(4) == 0 ? 0.2 : 0.001);
    }

    private static <T> List<T> some(T[] all, SplittableRandom random) {
        return Stream.generate(() -> pick(List.of(all), random))
                .limit(1 + random.nextInt(random.nextBoolean() ? 3 : 2 * all.length))
                .toList();
    }

    static <T> T pick(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }
}
