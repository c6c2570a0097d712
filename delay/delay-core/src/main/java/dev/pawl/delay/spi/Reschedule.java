package dev.pawl.delay.spi;

import java.util.Objects;

/**
 * Another due time for a job. Immutable.
 *
 * @param id the job's id
 * @param due its new due time; its time to live counts from that
 */
public record Reschedule(String id, Due due) {

    /** Checks the id. */
    public Reschedule {
        NewJob.requireId(id);
        Objects.requireNonNull(due, "due");
    }
}
