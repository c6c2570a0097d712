package dev.pawl.delay.redis;

import dev.pawl.delay.spi.Answers;
import dev.pawl.delay.spi.ChangeOutcome;
import dev.pawl.delay.spi.ClaimAnswer;
import dev.pawl.delay.spi.ClaimAnswer.ClaimedJob;
import dev.pawl.delay.spi.DeadLetter;
import dev.pawl.delay.spi.EnqueueOutcome;
import dev.pawl.delay.spi.Head;
import dev.pawl.delay.spi.JobView;
import dev.pawl.delay.spi.Page;
import dev.pawl.delay.spi.PartitionState;
import dev.pawl.delay.spi.PartitionStats;
import dev.pawl.redis.RedisReply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Reads what the scripts return. */
final class Replies {

    private Replies() {}

    static Head head(RedisReply reply) {
        return reply.isAbsent(0) ? Head.NONE : new Head(reply.integer(0));
    }

    static Answers<EnqueueOutcome> enqueued(RedisReply reply) {
        return each(reply, letter -> switch (letter) {
            case 'T' -> EnqueueOutcome.TAKEN;
            case 'R' -> EnqueueOutcome.REPLACED;
            case 'D' -> EnqueueOutcome.DUPLICATE;
            case 'F' -> EnqueueOutcome.FULL;
            default -> throw new IllegalStateException("no such answer: " + (char) letter);
        });
    }

    static Answers<ChangeOutcome> changed(RedisReply reply) {
        return each(reply, letter -> switch (letter) {
            case 'D' -> ChangeOutcome.DONE;
            case 'I' -> ChangeOutcome.IN_FLIGHT;
            case 'N' -> ChangeOutcome.NOT_FOUND;
            default -> throw new IllegalStateException("no such answer: " + (char) letter);
        });
    }

    static Answers<Boolean> done(RedisReply reply) {
        return each(reply, digit -> digit == '1');
    }

    private static <T> Answers<T> each(RedisReply reply, IntFunction<T> meaning) {
        byte[] letters = reply.bytes(1);
        List<T> each = new ArrayList<>(letters.length);
        for (byte letter : letters) {
            each.add(meaning.apply(letter));
        }
        return new Answers<>(each, head(reply));
    }

    static ClaimAnswer claimed(RedisReply reply) {
        int dropped = 4;
        int dead = dropped + Math.toIntExact(reply.integer(2));
        int jobs = dead + Math.toIntExact(reply.integer(3));
        List<ClaimedJob> given = new ArrayList<>((reply.size() - jobs) / 3);
        for (int i = jobs; i < reply.size(); i += 3) {
            given.add(JobState.read(reply.bytes(i + 1)).claimed(reply.text(i), reply.bytes(i + 2)));
        }
        long micros = reply.integer(1);
        Instant at = Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
        return new ClaimAnswer(given, texts(reply, dropped, dead), texts(reply, dead, jobs), at, head(reply));
    }

    static PartitionState state(RedisReply reply) {
        return new PartitionState(
                head(reply),
                texts(reply, 3, reply.size()),
                reply.integer(1) == 1,
                Duration.ofNanos(reply.integer(2) * 1_000));
    }

    static PartitionStats stats(RedisReply reply) {
        long out = reply.integer(1);
        return new PartitionStats(
                reply.integer(0) - out,
                out,
                reply.integer(2),
                reply.integer(3),
                reply.integer(4),
                reply.integer(5) == 1);
    }

    static List<Optional<JobView>> found(RedisReply reply) {
        long now = reply.integer(1);
        List<Optional<JobView>> found = new ArrayList<>((reply.size() - 2) / 4);
        for (int i = 2; i < reply.size(); i += 4) {
            found.add(reply.isAbsent(i + 1) ? Optional.empty() : Optional.of(view(reply, i, now)));
        }
        return found;
    }

    private static JobView view(RedisReply reply, int i, long now) {
        long score = reply.integer(i + 1);
        JobState state = reply.isAbsent(i + 2) ? JobState.waiting(score) : JobState.read(reply.bytes(i + 2));
        return state.view(reply.text(i), score, now, reply.bytes(i + 3));
    }

    static List<JobView> views(RedisReply reply) {
        return found(reply).stream().flatMap(Optional::stream).toList();
    }

    static Page<JobView> page(RedisReply reply) {
        return new Page<>(views(reply), next(reply));
    }

    static Page<DeadLetter> letters(RedisReply reply) {
        List<DeadLetter> letters = new ArrayList<>(reply.size() / 3);
        for (int i = 1; i < reply.size(); i += 3) {
            letters.add(JobState.letter(reply.text(i), reply.bytes(i + 1), reply.bytes(i + 2)));
        }
        return new Page<>(letters, next(reply));
    }

    /** Redis ends a scan with the cursor that it began with. */
    private static Optional<String> next(RedisReply reply) {
        return Optional.of(reply.text(0)).filter(cursor -> !cursor.equals("0"));
    }

    private static List<String> texts(RedisReply reply, int from, int to) {
        List<String> texts = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            texts.add(reply.text(i));
        }
        return texts;
    }
}
