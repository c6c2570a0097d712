package dev.pawl.testkit;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.Reservation;
import dev.pawl.idgen.spi.ResetPeriod;
import dev.pawl.idgen.spi.SegmentDemand;
import dev.pawl.idgen.spi.SegmentStore;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.TagAdmin;
import dev.pawl.idgen.spi.TagState;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A store in memory that can be told to be wrong in one way: what the kit is tested against. */
final class PlantedStore implements SegmentStore, TagAdmin {

    enum Bug {
        NONE,
        GIVES_BACK_BY_VALUE,
        LOSES_AN_UPDATE_UNDER_THREADS,
        GIVES_BACK_AN_OLD_RANGE,
        CREATE_RESETS_THE_MARK,
        CREATE_WIDENS_THE_BOUNDS,
        CREATE_SAYS_YES_TWICE,
        CREATE_CHANGES_THE_RESET,
        CREATE_RESUMES,
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
        LAST_USED_IS_NOT_CHECKED,
        LEAST_IS_IGNORED,
        LEAST_REPLACES_THE_MARK,
        DEMANDS_GREATEST_DOES_NOT_CUT,
        EXHAUSTED_NAMES_THE_TAGS_GREATEST,
        EXHAUSTED_INSTEAD_OF_LATER,
        LATER_AT_THE_GREATEST,
        LATER_NAMES_THE_DEMAND,
        RESET_IS_NOT_COMPARED,
        RESET_OF_A_PLAIN_TAG_IS_NOT_COMPARED,
        RESETS_ARE_COMPARED_BY_UNIT,
        OTHER_RESET_NAMES_THE_CALLERS,
        PAUSE_IS_IGNORED,
        PAUSE_LASTS,
        FIND_CREATES,
        FIND_FORGETS_THE_RESET,
        LIST_IGNORES_CASE,
        LIST_REPEATS_THE_NAME_BEFORE,
        LIST_IGNORES_THE_LIMIT,
        LIST_FORGETS_THE_PAUSE,
        LIMIT_IS_NOT_CHECKED,
        CHANGE_IGNORES_THE_REVISION,
        CHANGE_MOVES_THE_MARK_BACK,
        CHANGE_LOWERS_THE_GREATEST,
        CHANGE_SETS_THE_RESET,
        CHANGE_CREATES,
        CHANGE_KEEPS_THE_REVISION,
        CHANGE_FORGETS_THE_PAUSE,
        CHANGE_FORGETS_THE_GREATEST,
        CHANGE_SAYS_YES
    }

    private final Bug bug;
    private final Map<String, TagState> rows = new ConcurrentHashMap<>();

    PlantedStore(Bug bug) {
        this.bug = bug;
    }

    private boolean has(Bug other) {
        return bug == other;
    }

    @Override
    public CompletionStage<Boolean> create(SegmentTag tag) {
        return guarded(() -> {
            long lastId = has(Bug.FIRST_ID_IS_IGNORED) ? 0 : tag.firstId() - 1;
            TagState made = new TagState(key(tag.name()), lastId, tag.maxId(), tag.reset(), false, 0);
            TagState row = rows.putIfAbsent(made.name(), made);
            if (row != null) {
                createAgain(row, made);
            }
            return row == null || has(Bug.CREATE_SAYS_YES_TWICE);
        });
    }

    private void createAgain(TagState row, TagState made) {
        switch (bug) {
            case CREATE_RESETS_THE_MARK ->
                put(row, made.lastId(), row.maxId(), row.reset(), row.paused(), row.revision());
            case CREATE_WIDENS_THE_BOUNDS ->
                put(row, row.lastId(), made.maxId(), row.reset(), row.paused(), row.revision());
            case CREATE_CHANGES_THE_RESET ->
                put(row, row.lastId(), row.maxId(), made.reset(), row.paused(), row.revision());
            case CREATE_RESUMES -> put(row, row.lastId(), row.maxId(), row.reset(), false, row.revision());
            default -> {}
        }
    }

    private void put(
            TagState row, long lastId, long maxId, Optional<ResetPeriod> reset, boolean paused, long revision) {
        rows.put(row.name(), new TagState(row.name(), lastId, Math.max(lastId, maxId), reset, paused, revision));
    }

    /** For the names and steps that no demand takes, which a store may still meet in this call. */
    @Override
    public CompletionStage<Reservation> reserve(String tag, long step) {
        if (has(Bug.NAME_IS_NOT_CHECKED) || has(Bug.STEP_IS_NOT_CHECKED)) {
            return CompletableFuture.completedFuture(new Reservation.UnknownTag());
        }
        return reserve(SegmentDemand.of(tag, step));
    }

    @Override
    public CompletionStage<Reservation> reserve(SegmentDemand demand) {
        return guarded(() -> {
            if (has(Bug.RESERVE_CREATES)) {
                create(SegmentTag.of(demand.tag()));
            }
            TagState row = rows.get(key(demand.tag()));
            if (row == null) {
                return new Reservation.UnknownTag();
            }
            if (!sameReset(row.reset(), demand.reset())) {
                return new Reservation.OtherReset(
                        has(Bug.OTHER_RESET_NAMES_THE_CALLERS) ? demand.reset() : row.reset());
            }
            return row.paused() && !has(Bug.PAUSE_IS_IGNORED) ? new Reservation.Paused() : reserved(row, demand);
        });
    }

    private boolean sameReset(Optional<ResetPeriod> kept, Optional<ResetPeriod> believed) {
        return switch (bug) {
            case RESET_IS_NOT_COMPARED -> true;
            case RESET_OF_A_PLAIN_TAG_IS_NOT_COMPARED -> kept.isEmpty() || kept.equals(believed);
            case RESETS_ARE_COMPARED_BY_UNIT -> kept.map(ResetPeriod::unit).equals(believed.map(ResetPeriod::unit));
            default -> kept.equals(believed);
        };
    }

    private Reservation reserved(TagState row, SegmentDemand demand) {
        long demanded = has(Bug.DEMANDS_GREATEST_DOES_NOT_CUT) ? row.maxId() : demand.greatest();
        if (row.lastId() > demand.greatest() || has(Bug.LATER_AT_THE_GREATEST) && row.lastId() == demand.greatest()) {
            return has(Bug.EXHAUSTED_INSTEAD_OF_LATER)
                    ? new Reservation.Exhausted(demand.greatest())
                    : new Reservation.Later(has(Bug.LATER_NAMES_THE_DEMAND) ? demand.greatest() : row.lastId());
        }
        long greatest = has(Bug.DOES_NOT_CUT) ? Long.MAX_VALUE - 1 : Math.min(row.maxId(), demanded);
        long first =
                switch (bug) {
                    case LEAST_IS_IGNORED -> row.lastId() + 1;
                    case LEAST_REPLACES_THE_MARK -> demand.least() > 1 ? demand.least() : row.lastId() + 1;
                    default -> Math.max(row.lastId() + 1, demand.least());
                };
        if (first > greatest) {
            return new Reservation.Exhausted(has(Bug.EXHAUSTED_NAMES_THE_TAGS_GREATEST) ? row.maxId() : greatest);
        }
        long size = Math.min(demand.step(), greatest - first + 1);
        if (has(Bug.OVERFLOWS)) {
            size = Math.min(row.lastId() + demand.step(), greatest) - row.lastId();
        }
        if (has(Bug.LOSES_AN_UPDATE_UNDER_THREADS)) {
            Thread.yield();
        }
        long revision = row.revision() + (has(Bug.REVISION_STANDS_STILL) ? 0 : 1);
        put(row, first + size - 1, row.maxId(), row.reset(), row.paused(), revision);
        return new Reservation.Range(first, first + size - 1, revision);
    }

    @Override
    public CompletionStage<Boolean> giveBack(String tag, Reservation.Range range, long lastUsed) {
        if (!has(Bug.NAME_IS_NOT_CHECKED)) {
            SegmentTag.requireName(tag);
        }
        if ((lastUsed < range.first() - 1 || lastUsed > range.last()) && !has(Bug.LAST_USED_IS_NOT_CHECKED)) {
            throw new IllegalArgumentException("lastUsed must be in the range: lastUsed=" + lastUsed);
        }
        return guarded(() -> {
            TagState row = rows.get(key(tag));
            if (row == null || !isNewest(row, range)) {
                return false;
            }
            long mark = lastUsed - (has(Bug.GIVE_BACK_IS_OFF_BY_ONE) ? 1 : 0);
            long revision = row.revision() + (has(Bug.GIVE_BACK_DOES_NOT_COUNT_AS_A_CHANGE) ? 0 : 1);
            put(row, Math.max(0, mark), row.maxId(), row.reset(), row.paused(), revision);
            return true;
        });
    }

    private boolean isNewest(TagState row, Reservation.Range range) {
        return switch (bug) {
            case GIVES_BACK_BY_VALUE -> row.lastId() == range.last();
            case GIVES_BACK_AN_OLD_RANGE -> row.lastId() >= range.last();
            default -> row.revision() == range.revision();
        };
    }

    @Override
    public CompletionStage<Optional<TagState>> find(String tag) {
        if (!has(Bug.NAME_IS_NOT_CHECKED)) {
            SegmentTag.requireName(tag);
        }
        return guarded(() -> {
            if (has(Bug.FIND_CREATES)) {
                create(SegmentTag.of(tag));
            }
            TagState row = rows.get(key(tag));
            if (row != null && has(Bug.FIND_FORGETS_THE_RESET)) {
                return Optional.of(
                        new TagState(tag, row.lastId(), row.maxId(), Optional.empty(), row.paused(), row.revision()));
            }
            return Optional.ofNullable(row);
        });
    }

    @Override
    public CompletionStage<List<TagState>> list(String after, int limit) {
        if (!has(Bug.LIMIT_IS_NOT_CHECKED)) {
            TagAdmin.requireLimit(limit);
        }
        Comparator<String> order =
                has(Bug.LIST_IGNORES_CASE) ? String.CASE_INSENSITIVE_ORDER : Comparator.naturalOrder();
        int least = has(Bug.LIST_REPEATS_THE_NAME_BEFORE) ? 0 : 1;
        return guarded(() -> rows.values().stream()
                .filter(row -> order.compare(row.name(), after) >= least)
                .sorted(Comparator.comparing(TagState::name, order))
                .limit(has(Bug.LIST_IGNORES_THE_LIMIT) ? Long.MAX_VALUE : Math.max(0, limit))
                .map(row -> has(Bug.LIST_FORGETS_THE_PAUSE)
                        ? new TagState(row.name(), row.lastId(), row.maxId(), row.reset(), false, row.revision())
                        : row)
                .toList());
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(TagState next) {
        return guarded(() -> {
            TagState row = rows.get(key(next.name()));
            if (row == null) {
                if (has(Bug.CHANGE_CREATES)) {
                    rows.put(next.name(), next);
                }
                return has(Bug.CHANGE_SAYS_YES);
            }
            if (!fits(row, next)) {
                return has(Bug.CHANGE_SAYS_YES);
            }
            long maxId = has(Bug.CHANGE_FORGETS_THE_GREATEST) ? row.maxId() : next.maxId();
            boolean paused = has(Bug.PAUSE_LASTS)
                    ? row.paused() || next.paused()
                    : next.paused() && !(has(Bug.CHANGE_FORGETS_THE_PAUSE) && row.paused());
            put(row, next.lastId(), maxId, next.reset(), paused, writtenRevision(row, next));
            return true;
        });
    }

    private boolean fits(TagState row, TagState next) {
        return (row.revision() == next.revision() - 1 || has(Bug.CHANGE_IGNORES_THE_REVISION))
                && (row.lastId() <= next.lastId() || has(Bug.CHANGE_MOVES_THE_MARK_BACK))
                && (row.maxId() <= next.maxId() || has(Bug.CHANGE_LOWERS_THE_GREATEST))
                && (row.reset().equals(next.reset()) || has(Bug.CHANGE_SETS_THE_RESET));
    }

    private long writtenRevision(TagState row, TagState next) {
        return has(Bug.CHANGE_KEEPS_THE_REVISION) ? row.revision() : next.revision();
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(Guarantee.Level.EPHEMERAL, "planted");
    }

    private String key(String tag) {
        return switch (bug) {
            case TAGS_SHARE_A_MARK -> "one";
            case NAMES_IGNORE_CASE -> tag.toLowerCase(Locale.ROOT);
            default -> tag;
        };
    }

    private <T> CompletionStage<T> guarded(Supplier<T> change) {
        if (has(Bug.LOSES_AN_UPDATE_UNDER_THREADS)) {
            return CompletableFuture.completedFuture(change.get());
        }
        synchronized (rows) {
            return CompletableFuture.completedFuture(change.get());
        }
    }
}
