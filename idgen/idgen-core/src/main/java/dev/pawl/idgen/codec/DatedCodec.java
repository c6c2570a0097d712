package dev.pawl.idgen.codec;

import dev.pawl.idgen.layout.DecodedId;
import dev.pawl.idgen.layout.IdLayout;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The instant of an id's tick, its worker id and its sequence: {@code 20261121131730192-5-17}. */
final class DatedCodec implements IdCodec {

    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

    private final IdLayout layout;
    /** How many digits of the second's fraction a tick of the layout can begin at. */
    private final int fractionDigits;

    private final Pattern form;

    DatedCodec(IdLayout layout) {
        if (layout.endOfLife().isAfter(YEAR_10000)) {
            throw new IllegalArgumentException("layout must end before the year 10000: layout=" + layout);
        }
        this.layout = layout;
        this.fractionDigits =
                fractionDigits(layout.tickLength().toMillis(), layout.epoch().toEpochMilli());
        this.form = Pattern.compile("(\\d{4})(\\d{2})(\\d{2})(\\d{2})(\\d{2})(\\d{2})(\\d{" + fractionDigits
                + "})-(\\d{1,10})-(\\d{1,19})");
    }

    private static int fractionDigits(long tickMillis, long epochMillis) {
        int digits = 3;
        for (int unit = 10; digits > 0 && tickMillis % unit == 0 && epochMillis % unit == 0; unit *= 10) {
            digits--;
        }
        return digits;
    }

    @Override
    public String encode(long id) {
        DecodedId parts = layout.decode(id);
        LocalDateTime at = LocalDateTime.ofInstant(parts.instant(), ZoneOffset.UTC);
        String millis = String.format(Locale.ROOT, "%03d", at.getNano() / 1_000_000);
        return String.format(
                Locale.ROOT,
                "%04d%02d%02d%02d%02d%02d%s-%d-%d",
                at.getYear(),
                at.getMonthValue(),
                at.getDayOfMonth(),
                at.getHour(),
                at.getMinute(),
                at.getSecond(),
                millis.substring(0, fractionDigits),
                parts.workerId(),
                parts.sequence());
    }

    @Override
    public long decode(String text) {
        Matcher parts = form.matcher(text);
        if (parts.matches()) {
            try {
                long id = idOf(parts);
                // Reading is lenient; that there is one text per id is this line's doing.
                if (encode(id).equals(text)) {
                    return id;
                }
            } catch (DateTimeException | NumberFormatException e) {
                // Not a date, or a number beyond its type: refused below like all that no id has as its text.
            }
        }
        throw Rules.refused(
                "id text must be <yyyyMMddHHmmss" + "S".repeat(fractionDigits)
                        + ">-<worker>-<sequence> of an id of the layout, without leading zeros",
                text);
    }

    private long idOf(Matcher parts) {
        int nanos = Integer.parseInt((parts.group(7) + "000").substring(0, 3)) * 1_000_000;
        Instant instant = LocalDateTime.of(
                        number(parts, 1),
                        number(parts, 2),
                        number(parts, 3),
                        number(parts, 4),
                        number(parts, 5),
                        number(parts, 6),
                        nanos)
                .toInstant(ZoneOffset.UTC);
        long tick = Math.max(0, Math.min(layout.maxTick(), layout.tickAt(instant.toEpochMilli())));
        long sequence = Long.parseLong(parts.group(9)) & (1L << layout.sequenceBits()) - 1;
        return layout.idOf(tick << layout.sequenceBits() | sequence, number(parts, 8) & layout.maxWorkerId());
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    @Override
    public long maxId() {
        return layout.maxId();
    }
}
