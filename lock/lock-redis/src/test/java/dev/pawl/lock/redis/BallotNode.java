package dev.pawl.lock.redis;

import dev.pawl.redis.RedisScript;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One node as its scripts make it, written in Java; keys, arguments and replies are those of the scripts. */
final class BallotNode {

    private record Lock(String accepted, long ends, String holder, long expires) {}

    private static final String ZEROS = "0".repeat(16);

    private final BallotDefect defect;
    private final double rate;
    private final long keptMillis;
    private final long periodMillis;
    private final Map<String, Lock> locks = new HashMap<>();
    private final Map<String, Long> tombs = new HashMap<>();
    private final Map<String, Long> wanted = new HashMap<>();
    private String record = "";
    private long step;
    private String runId = runId(1);
    int run = 1;
    boolean down;

    /** Keeps records for a time, and raises the floor after a part of it. */
    BallotNode(BallotDefect defect, double rate, long keptMillis, long periodMillis) {
        this.defect = defect;
        this.rate = rate;
        this.keptMillis = keptMillis;
        this.periodMillis = periodMillis;
    }

    void flush() {
        locks.clear();
        tombs.clear();
        wanted.clear();
        record = "";
    }

    void restart() {
        run++;
        runId = runId(run);
    }

    void stepClock(long millis) {
        step += millis;
    }

    boolean isAdmitted() {
        return record.startsWith("1A" + runId());
    }

    private String runId() {
        return runId;
    }

    private long millis(long micros) {
        return 1_000_000_000_000L + (long) (micros * rate) / 1000 + step;
    }

    List<Object> run(RedisScript script, List<String> keys, List<byte[]> args, long micros) {
        long now = millis(micros);
        List<String> texts = args.stream().map(BallotNode::text).toList();
        locks.values().removeIf(lock -> lock.expires <= now);
        tombs.values().removeIf(end -> end <= now);
        wanted.values().removeIf(end -> end <= now);
        if (script == RedLockScripts.LOOK) {
            return List.of(bytes(runId()), bytes("standalone"), bytes(record));
        }
        if (script == RedLockScripts.CHANGE) {
            return change(texts, now);
        }
        boolean votes = isAdmitted()
                || defect == BallotDefect.VOTES_WITHOUT_ADMISSION
                || defect == BallotDefect.KEPT_OUT_BY_CLIENTS;
        if (script == RedLockScripts.RELEASE) {
            List<Object> held = release(keys, texts, now);
            return votes ? held : List.of(4L);
        }
        if (!votes) {
            return List.of(4L);
        }
        if (record.isEmpty()) {
            record = "1A" + runId() + thirteen(3_600_000) + ZEROS + ZEROS + thirteen(now);
        }
        return script == RedLockScripts.ACQUIRE ? acquire(keys, texts, now) : renew(keys, texts, now);
    }

    private List<Object> change(List<String> args, long now) {
        if (!args.get(0).equals(runId()) || !args.get(1).equals(record)) {
            return List.of(0L);
        }
        String floor = args.get(4);
        if (!record.isEmpty()) {
            floor = max(floor, max(record.substring(55, 71), record.substring(71, 87)));
        }
        record = "1" + args.get(2) + runId() + args.get(3) + floor + floor + thirteen(now) + args.get(5);
        return List.of(1L);
    }

    private List<Object> acquire(List<String> keys, List<String> args, long now) {
        if (Long.parseLong(args.get(2)) > Long.parseLong(record.substring(42, 55))) {
            return List.of(6L, Long.parseLong(record.substring(42, 55)));
        }
        if (tombs.containsKey(keys.get(2))) {
            return List.of(5L);
        }
        String known = floor(now);
        Lock lock = locks.get(keys.get(1));
        if (lock != null) {
            known = max(known, lock.accepted);
            if (lock.ends > now) {
                if (!lock.holder.equals(args.get(0))) {
                    wanted.putIfAbsent(keys.get(3), now + 1_000);
                    return List.of(2L, lock.ends - now, bytes(known));
                }
                if (lock.accepted.equals(args.get(1))) {
                    return List.of(1L, bytes(args.get(1)));
                }
            }
        }
        int order = args.get(1).compareTo(known);
        if (order < 0 || order == 0 && defect != BallotDefect.ACCEPTS_EQUAL) {
            return List.of(3L, bytes(known));
        }
        accept(keys.get(1), args, now);
        return List.of(1L, bytes(args.get(1)));
    }

    private List<Object> renew(List<String> keys, List<String> args, long now) {
        long extension = Long.parseLong(args.get(2));
        Lock lock = locks.getOrDefault(keys.get(1), new Lock("", 0, "", 0));
        if (tombs.containsKey(keys.get(2))) {
            return List.of(0L);
        }
        if (lock.ends > now) {
            if (!lock.holder.equals(args.get(0)) || !lock.accepted.equals(args.get(1))) {
                return List.of(0L);
            }
            if (extension > 0) {
                locks.put(
                        keys.get(1),
                        new Lock(lock.accepted, Math.max(lock.ends, now + extension), lock.holder, now + keptMillis));
            }
            return List.of(1L, bytes(args.get(1)));
        }
        boolean low = lock.accepted.compareTo(args.get(1)) >= 0 || floor(now).compareTo(args.get(1)) > 0;
        if (extension == 0 || low && defect != BallotDefect.JOINS_ANY_FREE_NODE) {
            return List.of(0L);
        }
        accept(keys.get(1), args, now);
        return List.of(1L, bytes(args.get(1)));
    }

    private List<Object> release(List<String> keys, List<String> args, long now) {
        if (!args.get(2).equals("0")) {
            tombs.put(keys.get(2), now + Long.parseLong(args.get(2)));
        }
        Lock lock = locks.get(keys.get(1));
        if (lock == null || !lock.holder.equals(args.get(0))) {
            return List.of(0L);
        }
        if (!args.get(1).equals(lock.accepted) && !args.get(1).equals(ZEROS) && defect != BallotDefect.REUSES_ATTEMPT) {
            return List.of(0L);
        }
        locks.put(keys.get(1), new Lock(lock.accepted, 0, "", now + keptMillis));
        if (lock.ends <= now) {
            return List.of(0L);
        }
        return List.of(wanted.remove(keys.get(3)) == null ? 1L : 7L, bytes(lock.accepted));
    }

    private String floor(long now) {
        long since = Long.parseLong(record.substring(87, 100));
        boolean due = now - since >= periodMillis || now < since;
        return due && defect != BallotDefect.EXPIRES_WITHOUT_FLOOR
                ? record.substring(55, 71)
                : record.substring(71, 87);
    }

    private void accept(String key, List<String> args, long now) {
        long since = Long.parseLong(record.substring(87, 100));
        boolean due = now - since >= periodMillis || now < since;
        String floor = floor(now);
        String greatest = max(record.substring(55, 71), args.get(1));
        record = record.substring(0, 55) + greatest + floor + thirteen(due ? now : since);
        locks.put(key, new Lock(args.get(1), now + Long.parseLong(args.get(2)), args.get(0), now + keptMillis));
    }

    private static String runId(int run) {
        return String.format("%040x", run);
    }

    private static String thirteen(long millis) {
        String digits = Long.toString(millis);
        return ZEROS.substring(0, 13 - digits.length()) + digits;
    }

    private static String max(String one, String other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
