package dev.pawl.testkit;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A store in memory that can be told to be wrong in one way: what the kit is tested against. */
final class PlantedStore implements SegmentStore {

    enum Bug {
        NONE,
        GIVES_BACK_BY_VALUE,
        LOSES_AN_UPDATE_UNDER_THREADS,
        GIVES_BACK_AN_OLD_RANGE,
        CREATE_RESETS_THE_MARK,
        CREATE_WIDENS_THE_BOUNDS,
        CREATE_SAYS_YES_TWICE,
        RESERVE_CREATES,
        DOES_NOT_CUT,
        OVERFLOWS,
        FIRST_ID_IS_IGNORED,
        REVISION_STANDS_STILL,
        GIVE_BACK_DOES_NOT_COUNT_AS_A_CHANGE,
        GIVE_BACK_IS_OFF_BY_ONE,
        TAGS_SHARE_A_MARK,
        NAMES_IGNORE_CASE,
        STEP_IS_NOT_CHECKED,
        NAME_IS_NOT_CHECKED,
        LAST_USED_IS_NOT_CHECKED
    }

    private record Row(long last, long max, long revision) {}

    private final Bug bug;
    private final Map<String, Row> rows = new ConcurrentHashMap<>();

    PlantedStore(Bug bug) {
        this.bug = bug;
    }

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        return guarded(() -> {
            String key = key(tag.name());
            Row made = new Row(bug == Bug.FIRST_ID_IS_IGNORED ? 0 : tag.firstId() - 1, tag.maxId(), 0);
            Row row = rows.putIfAbsent(key, made);
            if (row != null && bug == Bug.CREATE_RESETS_THE_MARK) {
                rows.put(key, new Row(made.last, row.max, row.revision));
            }
            if (row != null && bug == Bug.CREATE_WIDENS_THE_BOUNDS) {
                rows.put(key, new Row(row.last, tag.maxId(), row.revision));
            }
            return row == null || bug == Bug.CREATE_SAYS_YES_TWICE;
        });
    }

    @Override
    public CompletionStage<Reservation> reserve(String tag, long step) {
        if (bug != Bug.NAME_IS_NOT_CHECKED) {
            SegmentTag.requireName(tag);
        }
        if (step < 1 && bug != Bug.STEP_IS_NOT_CHECKED) {
            throw new IllegalArgumentException("step must be >= 1: step=" + step);
        }
        return guarded(() -> reserved(key(tag), step));
    }

    private Reservation reserved(String key, long step) {
        if (bug == Bug.RESERVE_CREATES) {
            rows.putIfAbsent(key, new Row(0, Long.MAX_VALUE - 1, 0));
        }
        Row row = rows.get(key);
        if (row == null) {
            return new Reservation.UnknownTag();
        }
        if (row.last >= row.max && bug != Bug.DOES_NOT_CUT) {
            return new Reservation.Exhausted(row.max);
        }
        long size = bug == Bug.DOES_NOT_CUT ? step : Math.min(step, row.max - row.last);
        if (bug == Bug.OVERFLOWS) {
            size = Math.min(row.last + step, row.max) - row.last;
        }
        if (bug == Bug.LOSES_AN_UPDATE_UNDER_THREADS) {
            Thread.yield();
        }
        Row next = new Row(row.last + size, row.max, row.revision + (bug == Bug.REVISION_STANDS_STILL ? 0 : 1));
        rows.put(key, next);
        return new Reservation.Range(row.last + 1, next.last, next.revision);
    }

    @Override
    public CompletionStage<Boolean> giveBack(String tag, Reservation.Range range, long lastUsed) {
        if (bug != Bug.NAME_IS_NOT_CHECKED) {
            SegmentTag.requireName(tag);
        }
        if ((lastUsed < range.first() - 1 || lastUsed > range.last()) && bug != Bug.LAST_USED_IS_NOT_CHECKED) {
            throw new IllegalArgumentException("lastUsed must be in the range: lastUsed=" + lastUsed);
        }
        return guarded(() -> {
            Row row = rows.get(key(tag));
            if (row == null || !isNewest(row, range)) {
                return false;
            }
            long mark = lastUsed - (bug == Bug.GIVE_BACK_IS_OFF_BY_ONE ? 1 : 0);
            long revision = row.revision + (bug == Bug.GIVE_BACK_DOES_NOT_COUNT_AS_A_CHANGE ? 0 : 1);
            rows.put(key(tag), new Row(mark, row.max, revision));
            return true;
        });
    }

    private boolean isNewest(Row row, Reservation.Range range) {
        return switch (bug) {
            case GIVES_BACK_BY_VALUE -> row.last == range.last();
            case GIVES_BACK_AN_OLD_RANGE -> row.last >= range.last();
            default -> row.revision == range.revision();
        };
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(Guarantee.Level.EPHEMERAL, "planted");
    }

    private String key(String tag) {
        return switch (bug) {
            case TAGS_SHARE_A_MARK -> "one";
            case NAMES_IGNORE_CASE -> tag.toLowerCase(java.util.Locale.ROOT);
            default -> tag;
        };
    }

    private <T> CompletionStage<T> guarded(Supplier<T> change) {
        if (bug == Bug.LOSES_AN_UPDATE_UNDER_THREADS) {
            return CompletableFuture.completedFuture(change.get());
        }
        synchronized (rows) {
            return CompletableFuture.completedFuture(change.get());
        }
    }
}
