package dev.pawl.delay;

import dev.pawl.delay.spi.Dedup;
import dev.pawl.delay.spi.Due;
import dev.pawl.delay.spi.Durability;
import dev.pawl.delay.spi.NewJob;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A job to be enqueued. Immutable: each method returns a changed copy. Without more it is due at once, is delivered 25 times at most, and
 * has a random id.
 *
 * @param <T> the payload
 */
public final class DelayedJob<T> {

    private static final int DEFAULT_ATTEMPTS = 25;
    private static final int MOST_HEADERS = 64;
    private static final int GREATEST_NAME = 256;

    private record Settings(
            Optional<String> id,
            Due due,
            NewJob.Terms terms,
            Optional<Dedup> dedup,
            Optional<Durability> durability,
            Map<String, String> headers) {}

    private final T payload;
    private final Settings settings;

    private DelayedJob(T payload, Settings settings) {
        this.payload = Objects.requireNonNull(payload, "payload");
        this.settings = settings;
    }

    /**
     * Makes a job that is due at once.
     *
     * @param payload what it carries
     * @param <T> the payload
     * @return the job
     */
    public static <T> DelayedJob<T> of(T payload) {
        NewJob.Terms terms = new NewJob.Terms(DEFAULT_ATTEMPTS, Optional.empty());
        Settings settings =
                new Settings(Optional.empty(), new Due.In(0), terms, Optional.empty(), Optional.empty(), Map.of());
        return new DelayedJob<>(payload, settings);
    }

    /**
     * Names the job, so that it is taken once however often it is enqueued as long as it lives. The id is free again once the job is finished.
     *
     * @param id any text of 1 to 256 bytes in UTF-8
     * @return a changed copy
     */
    public DelayedJob<T> id(String id) {
        Optional<String> named = Optional.of(NewJob.requireId(id));
        return with(new Settings(
                named, settings.due, settings.terms, settings.dedup, settings.durability, settings.headers));
    }

    /**
     * Lets it be due after a delay, counted by the store from the moment at which it takes the job.
     *
     * @param delay zero or more, rounded up to a millisecond
     * @return a changed copy
     */
    public DelayedJob<T> after(Duration delay) {
        return due(Due.in(delay));
    }

    /**
     * Lets it be due at a time by the store's clock.
     *
     * @param time rounded up to a millisecond; one that has passed is at once
     * @return a changed copy
     */
    public DelayedJob<T> at(Instant time) {
        return due(Due.at(time));
    }

    private DelayedJob<T> due(Due due) {
        return with(
                new Settings(settings.id, due, settings.terms, settings.dedup, settings.durability, settings.headers));
    }

    /**
     * Limits how often it is delivered; after that it is a dead letter.
     *
     * @param attempts in [1, 1,000,000]
     * @return a changed copy
     */
    public DelayedJob<T> attempts(int attempts) {
        return terms(new NewJob.Terms(attempts, settings.terms.ttl()));
    }

    /**
     * Drops it if it was not delivered so long after its due time.
     *
     * @param ttl at least a millisecond
     * @return a changed copy
     */
    public DelayedJob<T> ttl(Duration ttl) {
        return terms(new NewJob.Terms(settings.terms.attempts(), Optional.of(ttl)));
    }

    private DelayedJob<T> terms(NewJob.Terms terms) {
        return with(
                new Settings(settings.id, settings.due, terms, settings.dedup, settings.durability, settings.headers));
    }

    /**
     * Gives it a dedup key: at most one waiting job of the queue has it.
     *
     * @param key any text of 1 to 256 bytes in UTF-8
     * @param mode what becomes of the second job
     * @return a changed copy
     */
    public DelayedJob<T> dedup(String key, Dedup.Mode mode) {
        Optional<Dedup> dedup = Optional.of(new Dedup(key, mode));
        return with(
                new Settings(settings.id, settings.due, settings.terms, dedup, settings.durability, settings.headers));
    }

    /**
     * Says when its enqueue may be answered, in place of the queue's {@link QueueOptions#durability()}.
     *
     * @param durability the durability, which the store must offer
     * @return a changed copy
     */
    public DelayedJob<T> durability(Durability durability) {
        return with(new Settings(
                settings.id, settings.due, settings.terms, settings.dedup, Optional.of(durability), settings.headers));
    }

    /**
     * Adds a header, for what is not the payload's: a trace context, a content type.
     *
     * @param name 1 to 256 bytes of UTF-8
     * @param value any text
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty or longer, or there are more than 64 headers
     */
    public DelayedJob<T> header(String name, String value) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > GREATEST_NAME) {
            throw new IllegalArgumentException(
                    "name must be in [1, " + GREATEST_NAME + "] bytes of UTF-8: bytes=" + length);
        }
        Map<String, String> headers = new TreeMap<>(settings.headers);
        headers.put(name, Objects.requireNonNull(value, "value"));
        if (headers.size() > MOST_HEADERS) {
            throw new IllegalArgumentException("headers must be at most " + MOST_HEADERS);
        }
        return with(new Settings(
                settings.id, settings.due, settings.terms, settings.dedup, settings.durability, Map.copyOf(headers)));
    }

    private DelayedJob<T> with(Settings changed) {
        return new DelayedJob<>(payload, changed);
    }

    T payload() {
        return payload;
    }

    Optional<String> id() {
        return settings.id;
    }

    Optional<Dedup> dedup() {
        return settings.dedup;
    }

    Optional<Durability> durability() {
        return settings.durability;
    }

    Map<String, String> headers() {
        return settings.headers;
    }

    NewJob made(String id, long request, Envelope envelope) {
        return new NewJob(id, request, envelope.body(), settings.due, settings.terms, settings.dedup);
    }
}
