package dev.pawl.testkit;

import dev.pawl.idgen.spi.SegmentWitness;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A witness in memory that can be told to be wrong in one way: what the kit is tested against. */
final class PlantedWitness implements SegmentWitness {

    enum Bug {
        NONE,
        RAISES_BY_THE_LAST_NUMBER,
        RAISES_AT_THE_MARK,
        RAISES_ALWAYS,
        SETS_THE_FIRST_NUMBER,
        REFUSES_A_NUMBER_ALONE,
        REFUSAL_MOVES_THE_MARK,
        REFUSAL_NAMES_THE_RANGE,
        LOWERS_FROM_ANYWHERE,
        LOWERS_FROM_ABOVE,
        LOWERS_NOTHING_BUT_SAYS_SO,
        LOWERS_BUT_SAYS_NO,
        LOWER_CREATES,
        LOWERING_TO_ZERO_IS_REFUSED,
        TAGS_SHARE_A_MARK,
        NAMES_IGNORE_CASE,
        NAMES_ARE_CUT,
        EACH_HAS_ITS_OWN_MARKS,
        LOSES_AN_UPDATE_UNDER_THREADS,
        NUMBERS_ARE_NOT_CHECKED,
        NAME_IS_NOT_CHECKED,
        HAS_NO_SCOPE
    }

    private final Bug bug;
    private final Map<String, Long> marks;

    PlantedWitness(Bug bug, Map<String, Long> shared) {
        this.bug = bug;
        this.marks = bug == Bug.EACH_HAS_ITS_OWN_MARKS ? new HashMap<>() : shared;
    }

    @Override
    public CompletionStage<OptionalLong> raise(String tag, long first, long last) {
        if (bug == Bug.NUMBERS_ARE_NOT_CHECKED) {
            SegmentWitness.requireRaise(tag, 1, 1);
        } else if (bug != Bug.NAME_IS_NOT_CHECKED) {
            SegmentWitness.requireRaise(tag, first, last);
        }
        return guarded(() -> {
            long mark = marks.getOrDefault(key(tag), 0L);
            if (!isAbove(mark, first, last)) {
                if (bug == Bug.REFUSAL_MOVES_THE_MARK) {
                    marks.put(key(tag), Math.max(mark, last));
                }
                return OptionalLong.of(bug == Bug.REFUSAL_NAMES_THE_RANGE ? last : mark);
            }
            if (bug == Bug.LOSES_AN_UPDATE_UNDER_THREADS) {
                Thread.yield();
            }
            marks.put(key(tag), bug == Bug.SETS_THE_FIRST_NUMBER ? first : last);
            return OptionalLong.empty();
        });
    }

    private boolean isAbove(long mark, long first, long last) {
        return switch (bug) {
            case RAISES_BY_THE_LAST_NUMBER -> last > mark;
            case RAISES_AT_THE_MARK -> first >= mark;
            case RAISES_ALWAYS -> true;
            case REFUSES_A_NUMBER_ALONE -> first > mark && last > first;
            default -> first > mark;
        };
    }

    @Override
    public CompletionStage<Boolean> lower(String tag, long from, long to) {
        if (bug == Bug.NUMBERS_ARE_NOT_CHECKED) {
            SegmentWitness.requireLower(tag, 1, 0);
        } else if (bug != Bug.NAME_IS_NOT_CHECKED) {
            SegmentWitness.requireLower(tag, from, to);
        }
        return guarded(() -> {
            Long mark = marks.get(key(tag));
            if (mark == null && bug == Bug.LOWER_CREATES) {
                marks.put(key(tag), to);
                return true;
            }
            if (mark == null || !isFrom(mark, from) || to == 0 && bug == Bug.LOWERING_TO_ZERO_IS_REFUSED) {
                return false;
            }
            if (bug != Bug.LOWERS_NOTHING_BUT_SAYS_SO) {
                marks.put(key(tag), to);
            }
            return bug != Bug.LOWERS_BUT_SAYS_NO;
        });
    }

    private boolean isFrom(long mark, long from) {
        return switch (bug) {
            case LOWERS_FROM_ANYWHERE -> true;
            case LOWERS_FROM_ABOVE -> mark >= from;
            default -> mark == from;
        };
    }

    @Override
    public String scope() {
        return bug == Bug.HAS_NO_SCOPE ? "" : "planted";
    }

    private String key(String tag) {
        return switch (bug) {
            case TAGS_SHARE_A_MARK -> "one";
            case NAMES_IGNORE_CASE -> tag.toLowerCase(Locale.ROOT);
            case NAMES_ARE_CUT -> tag.substring(0, Math.min(40, tag.length()));
            default -> tag;
        };
    }

    private <T> CompletionStage<T> guarded(Supplier<T> change) {
        if (bug == Bug.LOSES_AN_UPDATE_UNDER_THREADS) {
            return CompletableFuture.completedFuture(change.get());
        }
        synchronized (marks) {
            return CompletableFuture.completedFuture(change.get());
        }
    }

    static Map<String, Long> newMarks() {
        return new ConcurrentHashMap<>();
    }
}
