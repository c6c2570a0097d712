package dev.pawl.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** The faults of a round with several services on one database, in an order drawn from a seed. */
record SharedStorePlan(List<Fault> faults) {

    /** What happens, in each case under load. */
    enum Fault {
        /** A service is killed and started again. */
        KILL,
        /** A service is killed and comes back with a clock an hour behind. */
        KILL_AND_CLOCK_BACK,
        /** A service is killed and does not come back with a clock an hour ahead, but then with the right one. */
        KILL_AND_CLOCK_AHEAD,
        /** The service that issues is paused for longer than its window, while another takes its worker ids over. */
        PAUSE,
        /** As {@code PAUSE}, and it wakes up while the database is paused. */
        PAUSE_AND_WAKE_UP_WITHOUT_STORE,
        /** The clock of a service that issues jumps ahead by an hour. */
        CLOCK_JUMPS,
        /** The clock of the generators in process is moved ahead and back by an hour. */
        CLOCK_IN_PROCESS_MOVES,
        /** The database is shut down for longer than the window. */
        STORE_STOPPED,
        /** The database is killed, and stays so for longer than the window. */
        STORE_KILLED,
        /** The database is paused for longer than the window. */
        STORE_PAUSED;

        boolean kills() {
            return this == KILL || this == KILL_AND_CLOCK_BACK || this == KILL_AND_CLOCK_AHEAD;
        }
    }

    /** Draws a plan with all faults, some several times. */
    static SharedStorePlan ofAll(int times, Random random) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            faults.addAll(List.of(Fault.values()));
            faults.addAll(Collections.nCopies(6, Fault.KILL));
            faults.addAll(List.of(
                    Fault.PAUSE, Fault.KILL_AND_CLOCK_BACK, Fault.KILL_AND_CLOCK_BACK, Fault.KILL_AND_CLOCK_AHEAD));
        }
        Collections.shuffle(faults, random);
        return new SharedStorePlan(faults);
    }

    Map<Fault, Long> counts() {
        return faults.stream()
                .collect(
                        Collectors.groupingBy(fault -> fault, () -> new EnumMap<>(Fault.class), Collectors.counting()));
    }

    int kills() {
        return (int) faults.stream().filter(Fault::kills).count();
    }
}
