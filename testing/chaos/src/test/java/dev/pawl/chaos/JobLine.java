package dev.pawl.chaos;

/**
 * What a process writes down of one step: when, on the clock that all processes of this machine share; who; what; which job, by the
 * key in its payload, and the id that it was given; the token, or 0 where there is none; a number that the step explains, or 0; and a
 * word more, or a dash.
 */
record JobLine(long nanos, String process, Step step, String key, String id, long token, long number, String detail) {

    enum Step {
        /** A producer is about to ask; the number is the delay in ms, or, if the detail says AT, the due time in ms since 1970. */
        ENQUEUING,
        ENQUEUED,
        /** It was not taken, since the id is another job's. */
        REJECTED,
        /** The store has said that it was not applied. */
        NOT_ENQUEUED,
        ENQUEUE_UNKNOWN,
        CANCELLING,
        CANCELLED,
        /** A worker has it, or it is not there. */
        NOT_CANCELLED,
        CANCEL_UNKNOWN,
        /** A handler begins; the number is how late it is in microseconds by the machine's clock, the detail the attempt. */
        BEGUN,
        ACKED,
        ACK_REFUSED,
        ACK_UNKNOWN,
        /** A request to the store had no answer, or a refusal; the detail says which. */
        FAILED
    }

    static final String AFTER = "AFTER";
    static final String AT = "AT";

    static JobLine parse(String text) {
        String[] words = text.split(" ", 8);
        return new JobLine(
                Long.parseLong(words[0]),
                words[1],
                Step.valueOf(words[2]),
                words[3],
                words[4],
                Long.parseLong(words[5]),
                Long.parseLong(words[6]),
                words[7]);
    }

    String text() {
        return nanos + " " + process + " " + step + " " + key + " " + id + " " + token + " " + number + " " + detail;
    }
}
