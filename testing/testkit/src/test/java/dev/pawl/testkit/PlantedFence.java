package dev.pawl.testkit;

import dev.pawl.fencing.FenceGuarantee;
import dev.pawl.fencing.FenceGuarantee.Level;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.FencingToken.Kind;
import dev.pawl.fencing.IssuerMismatchException;
import dev.pawl.fencing.NotEnteredException;
import dev.pawl.fencing.StaleTokenException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongUnaryOperator;

/** A fenced number in memory that can be told to be wrong in one way: what the kit is tested against. */
final class PlantedFence implements FencedNumber, FenceGuard {

    enum Bug {
        NONE,
        LOWER_ENTERS,
        EQUAL_DOES_NOT_ENTER_AGAIN,
        ENTER_DOES_NOT_RAISE,
        REFUSED_ENTER_LOWERS_THE_MARK,
        LOWER_PASSES,
        HIGHER_PASSES,
        CHECK_TAKES_IN,
        ISSUER_IS_NOT_CHECKED_BY_ENTER,
        ISSUER_IS_NOT_CHECKED_BY_CHECK,
        ISSUER_IGNORES_CASE,
        RESET_KEEPS_THE_ISSUER,
        RESET_IGNORES_THE_FLOOR,
        RESET_RAISES_ONLY,
        RESET_TAKES_THE_FLOOR_IN,
        READERS_ARE_LIKE_WRITERS,
        WRITER_IGNORES_READERS,
        READER_OUTLIVES_A_WRITER,
        READER_ABOVE_THE_TOP_PASSES,
        PERMIT_RAISES_TO_ITS_NUMBER,
        PERMIT_RAISES_NOTHING,
        PERMIT_LOWERS_THE_FLOOR,
        PERMIT_ABOVE_THE_TOP_PASSES,
        NUMBERS_ARE_DOUBLES,
        NUMBERS_ARE_TEXT,
        NAMES_IGNORE_CASE,
        NAMES_ARE_TRIMMED,
        NAMES_ARE_CUT,
        EACH_INSTANCE_HAS_ITS_OWN_MARKS,
        REFUSAL_NAMES_THE_TOKEN_AS_CURRENT,
        STALE_IS_TOLD_AS_NOT_ENTERED,
        ENTER_IS_NOT_ATOMIC,
        WRITES_ARE_NOT_CHECKED,
        WRITES_ARE_CHECKED_BEFORE_THE_EFFECT,
        WRITES_RAISE_IN_PLACE_OF_ENTER,
        HAS_NO_SCOPE
    }

    /** The data of one resource: fields of their own for writers' and readers' marks. */
    static final class Data {
        private String issuer = "";
        private long floor;
        private long top;
        private volatile long number;
    }

    private final Bug bug;
    private final String resource;
    private final Data data;

    PlantedFence(Bug bug, String resource, Map<String, Data> shared) {
        this.bug = bug;
        this.resource = resource;
        String key =
                switch (bug) {
                    case NAMES_IGNORE_CASE -> resource.toLowerCase(Locale.ROOT);
                    case NAMES_ARE_TRIMMED -> resource.trim();
                    case NAMES_ARE_CUT -> resource.substring(0, Math.min(40, resource.length()));
                    default -> resource;
                };
        Data ofAll = shared.computeIfAbsent(key, name -> new Data());
        this.data = bug == Bug.EACH_INSTANCE_HAS_ITS_OWN_MARKS ? new Data() : ofAll;
    }

    static Map<String, Data> newData() {
        return new ConcurrentHashMap<>();
    }

    @Override
    public FenceGuard guard() {
        return this;
    }

    @Override
    public String resource() {
        return resource;
    }

    @Override
    public void enter(FencingToken token) {
        if (bug == Bug.ENTER_IS_NOT_ATOMIC) {
            long floor = data.floor;
            long top = data.top;
            requireEnter(token, floor, top);
            Thread.yield();
            raise(token, floor, top);
            return;
        }
        synchronized (data) {
            requireEnter(token, data.floor, data.top);
            if (bug != Bug.ENTER_DOES_NOT_RAISE && bug != Bug.WRITES_RAISE_IN_PLACE_OF_ENTER) {
                raise(token, data.floor, data.top);
            } else if (data.issuer.isEmpty()) {
                data.issuer = token.issuer();
            }
        }
    }

    private void requireEnter(FencingToken token, long floor, long top) {
        if (bug != Bug.ISSUER_IS_NOT_CHECKED_BY_ENTER) {
            requireIssuer(token);
        }
        if (bug == Bug.EQUAL_DOES_NOT_ENTER_AGAIN && token.value() == top) {
            throw new StaleTokenException(resource, token, top);
        }
        if (bug != Bug.LOWER_ENTERS) {
            requireNotStale(token, floor, top, Bug.REFUSED_ENTER_LOWERS_THE_MARK);
        }
    }

    private void raise(FencingToken token, long floor, long top) {
        long raised =
                switch (token.kind()) {
                    case READ -> bug == Bug.READERS_ARE_LIKE_WRITERS ? token.value() : floor;
                    case PERMIT -> floorOf(token);
                    case EXCLUSIVE -> token.value();
                };
        boolean lowered = bug == Bug.PERMIT_LOWERS_THE_FLOOR && token.kind() == Kind.PERMIT;
        data.issuer = token.issuer();
        data.floor = lowered ? raised : Math.max(floor, raised);
        data.top = bug == Bug.LOWER_ENTERS ? token.value() : Math.max(top, token.value());
    }

    private long floorOf(FencingToken token) {
        return switch (bug) {
            case PERMIT_RAISES_TO_ITS_NUMBER -> token.value();
            case PERMIT_RAISES_NOTHING -> 0;
            default -> token.floor();
        };
    }

    @Override
    public void check(FencingToken token) {
        synchronized (data) {
            if (bug == Bug.WRITES_RAISE_IN_PLACE_OF_ENTER) {
                requireIssuer(token);
                requireNotStale(token, data.floor, data.top, Bug.NONE);
                return;
            }
            if (data.issuer.isEmpty()) {
                throw new NotEnteredException(resource, token, 0);
            }
            if (bug != Bug.ISSUER_IS_NOT_CHECKED_BY_CHECK) {
                requireIssuer(token);
            }
            if (bug != Bug.LOWER_PASSES) {
                requireNotStale(token, data.floor, data.top, Bug.NONE);
            }
            boolean shownAsEntered =
                    switch (token.kind()) {
                        case READ -> bug == Bug.READER_ABOVE_THE_TOP_PASSES;
                        case PERMIT -> bug == Bug.PERMIT_ABOVE_THE_TOP_PASSES;
                        case EXCLUSIVE -> bug == Bug.HIGHER_PASSES;
                    };
            if (compare(token.value(), data.top) > 0 && !shownAsEntered) {
                if (bug == Bug.CHECK_TAKES_IN) {
                    raise(token, data.floor, data.top);
                } else {
                    throw new NotEnteredException(resource, token, data.top);
                }
            }
        }
    }

    private void requireIssuer(FencingToken token) {
        boolean same = bug == Bug.ISSUER_IGNORES_CASE
                ? data.issuer.equalsIgnoreCase(token.issuer())
                : data.issuer.equals(token.issuer());
        if (!same && !data.issuer.isEmpty()) {
            throw new IssuerMismatchException(resource, token, data.issuer);
        }
    }

    private void requireNotStale(FencingToken token, long floor, long top, Bug loweringBug) {
        long mark = floor;
        if (token.kind() == Kind.EXCLUSIVE && bug != Bug.WRITER_IGNORES_READERS) {
            mark = Math.max(floor, top);
        }
        if (token.kind() == Kind.READ && bug == Bug.READER_OUTLIVES_A_WRITER) {
            return;
        }
        if (compare(token.value(), mark) < 0) {
            if (bug == loweringBug && bug == Bug.REFUSED_ENTER_LOWERS_THE_MARK) {
                data.floor = token.value();
                data.top = token.value();
            }
            if (bug == Bug.STALE_IS_TOLD_AS_NOT_ENTERED) {
                throw new NotEnteredException(resource, token, mark);
            }
            throw new StaleTokenException(
                    resource, token, bug == Bug.REFUSAL_NAMES_THE_TOKEN_AS_CURRENT ? token.value() : mark);
        }
    }

    private int compare(long one, long other) {
        return switch (bug) {
            case NUMBERS_ARE_DOUBLES -> Double.compare(one, other);
            case NUMBERS_ARE_TEXT -> Long.toString(one).compareTo(Long.toString(other));
            default -> Long.compare(one, other);
        };
    }

    @Override
    public long read() {
        return data.number;
    }

    @Override
    public void update(FencingToken token, LongUnaryOperator change) {
        if (bug == Bug.WRITES_ARE_NOT_CHECKED) {
            data.number = change.applyAsLong(data.number);
        } else if (bug == Bug.WRITES_ARE_CHECKED_BEFORE_THE_EFFECT) {
            check(token);
            data.number = change.applyAsLong(data.number);
        } else {
            synchronized (data) {
                check(token);
                if (bug == Bug.WRITES_RAISE_IN_PLACE_OF_ENTER) {
                    raise(token, data.floor, data.top);
                }
                data.number = change.applyAsLong(data.number);
            }
        }
    }

    @Override
    public void reset(String issuer, long floor) {
        synchronized (data) {
            data.issuer = bug == Bug.RESET_KEEPS_THE_ISSUER && !data.issuer.isEmpty() ? data.issuer : issuer;
            data.floor = switch (bug) {
                case RESET_IGNORES_THE_FLOOR -> 0;
                case RESET_RAISES_ONLY -> Math.max(data.floor, floor);
                default -> floor;
            };
            data.top = bug == Bug.RESET_TAKES_THE_FLOOR_IN ? floor : 0;
        }
    }

    @Override
    public FenceGuarantee guarantees() {
        return new FenceGuarantee(Level.ATOMIC, bug == Bug.HAS_NO_SCOPE ? "" : "planted");
    }
}
