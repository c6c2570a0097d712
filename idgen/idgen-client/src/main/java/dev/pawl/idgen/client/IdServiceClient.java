package dev.pawl.idgen.client;

import dev.pawl.common.BackendException;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.Guarantee.Level;
import dev.pawl.idgen.client.Attempt.Answered;
import dev.pawl.idgen.client.Attempt.Failed;
import dev.pawl.idgen.client.Wire.Answer;
import dev.pawl.idgen.client.Wire.Call;
import dev.pawl.idgen.segment.SegmentGenerator;
import dev.pawl.idgen.segment.SegmentGeneratorBuilder;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Ranges of ids from the id service: a {@link SegmentStore} over HTTP. The generator above it ({@link #generator}) hands
 * out the numbers in memory and fetches the next range in the background, so that an id costs no round trip.
 *
 * <pre>{@code
 * try (IdServiceClient client = IdServiceClient.builder(URI.create("https://ids.example.org")).apiKey(key).build();
 *         SegmentGenerator ids = client.generator("orders").build()) {
 *     long id = ids.nextId();
 * }
 * }</pre>
 *
 * <p><b>Several services</b> must be on one database: nothing here can check it, and two databases give the same numbers
 * twice. One is asked until it does not answer or answers 5xx; then the next one is, by the same call if it began less than
 * 4 seconds ago and the retry budget allows it.
 *
 * <p><b>Retries.</b> This class repeats nothing by itself after a pause: the generator does, with its backoff. The first
 * call for a tag after the last answered one is a call; every further one, and every call that goes on elsewhere, is a
 * retry. Retries that are sent stay within a tenth of the calls, and a minimum of ten at once and three a second (one in
 * ten seconds per tag that failed, where that is more). Beyond that, and while a {@code Retry-After} lasts (5 minutes at
 * most), a call is not sent and fails at once with outcome {@code NOT_APPLIED}.
 *
 * <p>An attempt whose answer is lost may cost a range, and never repeats one. Thread-safe; no call blocks, and callers
 * on virtual threads pin none. Durations are measured by a {@link Ticker}. The API key is in no message and no log line;
 * it travels as it is, so use {@code https} beyond loopback. Redirects are not followed.
 */
public final class IdServiceClient implements SegmentStore, AutoCloseable {

    /** The greatest step of the service's contract. */
    static final long MOST = 10_000_000;

    /** A call begins no further attempt after it, so that it ends before a generator gives it up (15 s) and asks again. */
    private static final Duration GOES_ON = Duration.ofSeconds(4);

    private static final Pattern LEVEL = Pattern.compile("(PROVEN|CONFIGURED|BEST_EFFORT|EPHEMERAL)\\b.*");

    private final Services services;
    private final Wire wire;
    private final Ticker ticker;
    private final Retries retries;
    private final AtomicLong requests = new AtomicLong();
    private volatile Optional<Level> reported = Optional.empty();
    private volatile boolean closed;

    IdServiceClient(Services services, Wire wire, Ticker ticker) {
        this.services = services;
        this.wire = wire;
        this.ticker = ticker;
        this.retries = new Retries(ticker);
    }

    /**
     * Starts the configuration of a client.
     *
     * @param service the service's address, such as {@code https://ids.example.org}; a path in it is put before the calls'
     * @param others further services on the same database, asked in this order when one fails
     * @return a builder with defaults for everything else
     */
    public static IdServiceClientBuilder builder(URI service, URI... others) {
        return new IdServiceClientBuilder(
                Stream.concat(Stream.of(service), Arrays.stream(others)).toList());
    }

    /**
     * Starts the configuration of a generator on this client. Close it before the client, so that it can give back what
     * it has not used. Its ceiling must stay at or below 10,000,000, the greatest step of the service.
     *
     * @param tag the tag, which an operator must have made on the service
     * @return a builder with defaults for everything else
     * @throws IllegalArgumentException if it is no tag's name
     */
    public SegmentGeneratorBuilder generator(String tag) {
        return SegmentGenerator.builder(this, requirePathName(tag)).ticker(ticker);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The bounds are the service's: a demand with its own, or for a tag that is reset, is refused.
     *
     * @throws IllegalArgumentException if it is no tag's name, or the step is above 10,000,000
     * @throws IllegalStateException if the client is closed
     * @throws UnsupportedOperationException if the demand has bounds or a reset
     */
    @Override
    public CompletionStage<Reservation> reserve(SegmentDemand demand) {
        String tag = requirePathName(demand.tag());
        if (demand.least() != 1
                || demand.greatest() != Long.MAX_VALUE
                || demand.reset().isPresent()) {
            throw new UnsupportedOperationException(
                    "a demand on the id service must have no bounds and no reset: demand=" + demand);
        }
        if (demand.step() > MOST) {
            throw new IllegalArgumentException("step must be in [1, " + MOST + "]: step=" + demand.step());
        }
        requireOpen();
        Optional<BackendException> refusal = retries.refusal(tag);
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(refusal.get());
        }
        Call call = new Call("POST", "/v1/tags/" + tag + "/segments", Optional.of("{\"step\": " + demand.step() + "}"));
        return reserve(new Asking(tag, demand.step(), call, ticker.nanos()), services.size() - 1);
    }

    private record Asking(String tag, long step, Call call, long startNanos) {}

    /** Sends to the service that is asked now, and after a failure to others, so many times at most. */
    private CompletableFuture<Reservation> reserve(Asking asking, int others) {
        URI service = services.asked();
        Answers answers = new Answers(service, asking.tag);
        return send(service, asking.call)
                .handleAsync((answer, error) -> error == null
                        ? answers.reservation(answer, asking.step)
                        : answers.<Reservation>none(unwrapped(error)))
                .thenCompose(attempt -> {
                    if (attempt instanceof Failed<Reservation> failed) {
                        return failed(asking, service, failed, others);
                    }
                    retries.answered(asking.tag);
                    return result(attempt);
                });
    }

    private CompletableFuture<Reservation> failed(Asking asking, URI service, Failed<Reservation> failed, int others) {
        boolean another = failed.elsewhere() && others > 0;
        if (failed.elsewhere()) {
            services.leave(service);
        }
        boolean early = ticker.nanos() - asking.startNanos < GOES_ON.toNanos();
        if (another && early && !closed && retries.mayRetry()) {
            return reserve(asking, others - 1);
        }
        // A service that wants to be left alone does not speak for one that was not asked.
        retries.failed(asking.tag, failed.reason(), another ? Duration.ZERO : failed.pause());
        return result(failed);
    }

    /**
     * {@inheritDoc}
     *
     * <p>It is tried once.
     *
     * @throws IllegalArgumentException if it is no tag's name, or {@code lastUsed} is outside the range
     * @throws IllegalStateException if the client is closed
     */
    @Override
    public CompletionStage<Boolean> giveBack(String tag, Reservation.Range range, long lastUsed) {
        requirePathName(tag);
        if (lastUsed < range.first() - 1 || lastUsed > range.last()) {
            throw new IllegalArgumentException(
                    "lastUsed must be in [first - 1, last]: lastUsed=" + lastUsed + ", range=" + range);
        }
        requireOpen();
        URI service = services.asked();
        Answers answers = new Answers(service, tag);
        String path = "/v1/tags/" + tag + "/segments/" + range.revision() + "?first=" + range.first() + "&last="
                + range.last() + "&lastUsed=" + lastUsed;
        return send(service, new Call("DELETE", path, Optional.empty()))
                .handleAsync((answer, error) ->
                        error == null ? answers.returned(answer) : answers.<Boolean>none(unwrapped(error)))
                .thenCompose(IdServiceClient::result);
    }

    private CompletableFuture<Answer> send(URI service, Call call) {
        requests.incrementAndGet();
        return wire.send(service, call).whenComplete((answer, error) -> {
            if (answer != null && answer.guarantee().isPresent()) {
                reported = level(answer.guarantee().get());
            }
        });
    }

    private static <T> CompletableFuture<T> result(Attempt<T> attempt) {
        return attempt instanceof Answered<T> answered
                ? CompletableFuture.completedFuture(answered.value())
                : CompletableFuture.failedFuture(((Failed<T>) attempt).reason());
    }

    private static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    private static Optional<Level> level(String header) {
        var level = LEVEL.matcher(header.toUpperCase(Locale.ROOT).replace('-', '_'));
        return level.matches() ? Optional.of(Level.valueOf(level.group(1))) : Optional.empty();
    }

    /**
     * Not offered: an operator makes tags, on the service.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        throw new UnsupportedOperationException(
                "tags are made on the id service, by its configuration or its operator: tag=" + tag.name());
    }

    /**
     * {@inheritDoc}
     *
     * <p>The level is what the service said last, in the header {@code Pawl-Guarantee}; {@code CONFIGURED} while it has
     * said nothing, and at best {@code CONFIGURED} with several services, since that they are on one database is their
     * operator's word.
     */
    @Override
    public Guarantee guarantee() {
        Optional<Level> said = reported;
        Level level = said.orElse(Level.CONFIGURED);
        if (services.size() > 1 && level == Level.PROVEN) {
            level = Level.CONFIGURED;
        }
        return new Guarantee(
                level, "the id service at " + services + (said.isPresent() ? "" : ", which does not say its level"));
    }

    /**
     * Returns the client's figures for meters.
     *
     * @return the figures of this moment
     */
    public ClientStats stats() {
        return new ClientStats(requests.get(), retries.allowed(), retries.heldBack());
    }

    /**
     * Ends what is under way, with outcome {@code UNKNOWN}, and closes the HTTP client. On Java 17 its connections and its
     * thread end when the garbage collector comes by.
     */
    @Override
    public void close() {
        closed = true;
        wire.close();
    }

    @Override
    public String toString() {
        return "IdServiceClient[" + services + "]";
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("client must be open: services=" + services);
        }
    }

    /** In a path these two are steps and not names. */
    private static String requirePathName(String tag) {
        if (SegmentTag.requireName(tag).matches("\\.\\.?")) {
            throw new IllegalArgumentException("a tag on the id service must not be . or ..: tag=" + tag);
        }
        return tag;
    }
}
