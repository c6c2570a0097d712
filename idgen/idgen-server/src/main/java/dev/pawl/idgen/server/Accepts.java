package dev.pawl.idgen.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Chooses the answer's form by {@code Accept}, as RFC 9110 section 12.5.1 has it. Of the forms with the greatest quality
 * the one that was named most exactly wins, then the one that the service prefers; so no {@code Accept} and
 * {@code *}{@code /*} mean JSON.
 */
final class Accepts {

    /** Headers that need no parsing, which are nearly all there are. */
    private static final Map<String, IdFormat> KNOWN =
            IdFormat.OFFERED.stream().collect(Collectors.toUnmodifiableMap(IdFormat::mediaType, format -> format));

    /** Digits and JSON's marks are the same bytes in all of these. */
    private static final Set<String> CHARSETS = Set.of("utf-8", "us-ascii", "iso-8859-1");

    private Accepts() {}

    /** The format of a header that names exactly one, which is the usual case. */
    static Optional<IdFormat> known(String header) {
        return Optional.ofNullable(KNOWN.get(header));
    }

    /**
     * Chooses a format.
     *
     * @param headers all {@code Accept} headers of the request
     * @param offered the formats there are, the preferred one first
     * @return the format, or empty if none of them will do
     * @throws ProblemException if a header is malformed
     */
    static Optional<IdFormat> choose(List<String> headers, List<IdFormat> offered) {
        List<Range> ranges = new ArrayList<>();
        for (String header : headers) {
            for (String element : header.split(",", -1)) {
                if (!element.isBlank()) {
                    ranges.add(Range.parse(element.strip()));
                }
            }
        }
        if (ranges.isEmpty()) {
            return Optional.of(offered.get(0));
        }
        IdFormat best = null;
        Range bestRange = null;
        for (IdFormat format : offered) {
            Range range = mostExact(ranges, format.mediaType());
            if (range != null && range.quality > 0 && (bestRange == null || range.beats(bestRange))) {
                best = format;
                bestRange = range;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The problem to answer where {@link #choose} found nothing. */
    static Problem refused(List<IdFormat> offered) {
        return Problem.of(
                ProblemType.NOT_ACCEPTABLE,
                "offered are " + offered.stream().map(IdFormat::mediaType).collect(Collectors.joining(", ")));
    }

    private static @org.jspecify.annotations.Nullable Range mostExact(List<Range> ranges, String mediaType) {
        Range found = null;
        for (Range range : ranges) {
            if (range.matches(mediaType) && (found == null || range.exactness > found.exactness)) {
                found = range;
            }
        }
        return found;
    }

    /** One element of the header; the quality in thousandths. */
    private record Range(String type, int exactness, int quality, boolean satisfiable) {

        static Range parse(String element) {
            String[] parts = element.split(";", -1);
            String type = parts[0].strip().toLowerCase(Locale.ROOT);
            int slash = type.indexOf('/');
            if (slash < 1 || slash == type.length() - 1 || !isToken(type.replaceFirst("/", ""))) {
                throw malformed(element);
            }
            if (type.startsWith("*/") && !type.equals("*/*")) {
                throw malformed(element);
            }
            int quality = 1000;
            boolean satisfiable = true;
            int exactness = type.equals("*/*") ? 0 : type.endsWith("/*") ? 1 : 2;
            for (int i = 1; i < parts.length; i++) {
                String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
                int equals = parameter.indexOf('=');
                if (equals < 1) {
                    throw malformed(element);
                }
                String name = parameter.substring(0, equals);
                String value = parameter.substring(equals + 1);
                if (name.equals("q")) {
                    quality = quality(value, element);
                } else {
                    satisfiable &= name.equals("charset") && CHARSETS.contains(unquoted(value));
                    exactness = exactness == 2 ? 3 : exactness;
                }
            }
            return new Range(type, exactness, quality, satisfiable);
        }

        boolean matches(String mediaType) {
            if (!satisfiable) {
                return false;
            }
            return switch (exactness) {
                case 0 -> true;
                case 1 -> mediaType.startsWith(type.substring(0, type.length() - 1));
                default -> mediaType.equals(type);
            };
        }

        boolean beats(Range other) {
            return quality != other.quality ? quality > other.quality : exactness > other.exactness;
        }

        private static int quality(String value, String element) {
            if (!value.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?")) {
                throw malformed(element);
            }
            return (int) Math.round(Double.parseDouble(value) * 1000);
        }

        private static String unquoted(String value) {
            return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                    ? value.substring(1, value.length() - 1)
                    : value;
        }

        private static boolean isToken(String text) {
            return text.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
        }

        private static ProblemException malformed(String element) {
            return Problem.of(
                            ProblemType.MALFORMED_REQUEST,
                            "Accept must be a list of media ranges with q in [0, 1]: range=" + Shown.of(element))
                    .thrown();
        }
    }
}
