package dev.pawl.delay.spi;

/**
 * One delivery of a job: whoever shows another token has not got the job. Immutable.
 *
 * @param id the job's id
 * @param token the delivery's token, in [1, 2<sup>53</sup> - 1]
 */
public record Receipt(String id, long token) {

    /** The greatest token. */
    public static final long GREATEST_TOKEN = (1L << 53) - 1;

    /** Checks id and token. */
    public Receipt {
        NewJob.requireId(id);
        requireToken(token);
    }

    static void requireToken(long token) {
        if (token < 1 || token > GREATEST_TOKEN) {
            throw new IllegalArgumentException("token must be in [1, 2^53 - 1]: token=" + token);
        }
    }
}
