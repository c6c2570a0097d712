package dev.pawl.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The lives of a service in a round and how each ends, drawn from a seed. Every third kill is right after the first
 * acknowledgement of a life, and every third one meets a store that is asked for small ranges. A life whose clock is an
 * hour behind stands between two whose clock is right.
 */
record KillPlan(List<Life> lives) {

    /** How a life ends. */
    enum End {
        KILLED_UNDER_LOAD,
        KILLED_AFTER_THE_FIRST_IDS,
        STOPPED_WHEN_IDLE,
        STOPPED_UNDER_LOAD;

        boolean killed() {
            return this == KILLED_UNDER_LOAD || this == KILLED_AFTER_THE_FIRST_IDS;
        }
    }

    /**
     * One life.
     *
     * @param end how it ends
     * @param clockShift how far its clock is ahead of the machine's
     * @param smallSteps whether the store is asked for a range every few milliseconds, so that the end meets a reservation
     * @param delay from the minimum load to the end
     */
    record Life(End end, Duration clockShift, boolean smallSteps, Duration delay) {}

    static final Duration BACK = Duration.ofHours(-1);

    /** Draws a plan with kills only. */
    static KillPlan ofKills(int kills, Random random) {
        List<Life> lives = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            End end = i % 3 == 2 ? End.KILLED_AFTER_THE_FIRST_IDS : End.KILLED_UNDER_LOAD;
            lives.add(life(end, i % 3 == 0, random));
        }
        Collections.shuffle(lives, random);
        return new KillPlan(lives);
    }

    /** Draws a plan with clean stops and clocks set back among the kills. */
    static KillPlan ofAll(int kills, Random random) {
        List<Life> lives = new ArrayList<>(ofKills(kills, random).lives);
        for (int i = 0; i < Math.max(1, kills / 12); i++) {
            lives.add(random.nextInt(lives.size()), life(End.STOPPED_WHEN_IDLE, i % 2 == 0, random));
            lives.add(random.nextInt(lives.size()), life(End.STOPPED_UNDER_LOAD, i % 2 == 0, random));
        }
        // Every fourth life, from a place that leaves a right clock on both sides.
        for (int i = 1 + random.nextInt(2); i < lives.size() - 1; i += 4) {
            Life life = lives.get(i);
            lives.set(i, new Life(life.end, BACK, life.smallSteps, life.delay));
        }
        return new KillPlan(lives);
    }

    private static Life life(End end, boolean smallSteps, Random random) {
        return new Life(end, Duration.ZERO, smallSteps, Duration.ofMillis(random.nextInt(300)));
    }

    int kills() {
        return (int) lives.stream().filter(life -> life.end.killed()).count();
    }
}
