package dev.pawl.lock.redis;

/**
 * How a node stands, as redlock-look.lua tells.
 *
 * @param runId the process that the node is
 * @param text its record as it is; empty if there is none
 * @param state A if the record admits a process, C if it marks one
 * @param recorded the process that the record names
 * @param longestMillis how long a lock may be kept
 * @param mark the largest proposal that was accepted, or the floor
 * @param label the mark of a candidate
 */
record NodeRecord(String runId, String text, char state, String recorded, long longestMillis, long mark, String label) {

    private static final int LENGTH = 100;

    static NodeRecord parse(String runId, String text) {
        if (text.isEmpty()) {
            return new NodeRecord(runId, text, ' ', "", 0, 0, "");
        }
        if (text.charAt(0) != '1' || text.length() < LENGTH) {
            throw new IllegalStateException("node's record must have format 1: record=" + text);
        }
        long accepted = Long.parseLong(text.substring(55, 71));
        long floor = Long.parseLong(text.substring(71, 87));
        return new NodeRecord(
                runId,
                text,
                text.charAt(1),
                text.substring(2, 42),
                Long.parseLong(text.substring(42, 55)),
                Math.max(accepted, floor),
                text.substring(LENGTH));
    }

    boolean isAdmitted() {
        return state == 'A' && recorded.equals(runId);
    }

    boolean isCandidate() {
        return state == 'C' && recorded.equals(runId);
    }
}
