package dev.pawl.chaos;

/**
 * What a worker writes down of one step: when, on the clock that all processes of this machine share; who (process, dot,
 * thread); which of its tries; what; the token, or 0 where the lock has none; until when the handle says that it holds, or 0;
 * and a word more, or a dash.
 */
record HistoryLine(long nanos, String contender, long attempt, Step step, long token, long validUntil, String detail) {

    enum Step {
        ACQUIRING,
        ACQUIRED,
        NOT_ACQUIRED,
        /** The resource let the holder enter and told the number. */
        READ,
        READ_REFUSED,
        WRITING,
        WRITTEN,
        WRITE_REFUSED,
        RELEASING,
        RELEASED,
        RENEWED,
        LOST,
        /** A request to the store had no answer, or a refusal; the detail says which. */
        FAILED
    }

    static HistoryLine parse(String text) {
        String[] words = text.split(" ", 7);
        return new HistoryLine(
                Long.parseLong(words[0]),
                words[1],
                Long.parseLong(words[2]),
                Step.valueOf(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                words[6]);
    }

    String text() {
        return nanos + " " + contender + " " + attempt + " " + step + " " + token + " " + validUntil + " " + detail;
    }

    /** The process of the contender. */
    String process() {
        return contender.substring(0, contender.indexOf('.'));
    }

    /** What all lines of one try have in common. */
    String key() {
        return contender + "#" + attempt;
    }
}
