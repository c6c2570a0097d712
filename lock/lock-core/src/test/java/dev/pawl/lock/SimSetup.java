package dev.pawl.lock;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * What one run is made of. Every seed draws its own sizes and its own mixture of faults, since a run with a little of
 * everything seldom has enough of anything.
 *
 * @param leaseMillis of all locks of the run
 * @param delayMillis the lock delay
 * @param chaosMillis for how long things fail
 * @param failing how many of 1,000 requests go wrong
 * @param lateMillis how late what is late arrives at most
 * @param faultMillis the time between two faults, on average half of it
 * @param faults which other faults there are, each as often as it stands here
 * @param stalls in how many of 10,000 readings of its clock a process stands still behind it
 * @param drift by how much monotonic clocks are too fast or too slow at most
 */
record SimSetup(
        int clients,
        int users,
        int leaseMillis,
        int delayMillis,
        int chaosMillis,
        int failing,
        int lateMillis,
        int faultMillis,
        List<SimFault> faults,
        int stalls,
        double drift) {

    static SimSetup draw(SplittableRandom random) {
        int lease = 200 + random.nextInt(random.nextBoolean() ? 300 : 1_500);
        return new SimSetup(
                3 + random.nextInt(3),
                1 + random.nextInt(3),
                lease,
                random.nextInt(4) == 0 ? random.nextInt(lease) : 0,
                (5 + random.nextInt(6)) * lease,
                random.nextInt(3) == 0 ? 0 : random.nextInt(300),
                random.nextInt(3 * lease),
                lease / 4 + random.nextInt(3 * lease),
                some(SimFault.values(), random),
                random.nextInt(3) == 0 ? 0 : random.nextInt(60),
                random.nextInt(4) == 0 ? 0 : 0.01);
    }

    private static <T> List<T> some(T[] all, SplittableRandom random) {
        return Stream.generate(() -> all[random.nextInt(all.length)])
                .limit(1 + random.nextInt(random.nextBoolean() ? 3 : 2 * all.length))
                .toList();
    }
}
