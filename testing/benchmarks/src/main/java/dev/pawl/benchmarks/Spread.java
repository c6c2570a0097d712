package dev.pawl.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The median of repeated measurements, with the least and the greatest: on a machine that others use too, a mean says
 * little and a single run nothing.
 *
 * @param median the middle value, or the mean of the two in the middle
 * @param min the least value
 * @param max the greatest value
 * @param runs how many values there were
 */
public record Spread(double median, double min, double max, int runs) {

    /**
     * Summarises values.
     *
     * @param values at least one
     * @return their spread
     */
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a spread needs at least one value: values=[]");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int size = sorted.size();
        double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
        return new Spread(median, sorted.get(0), sorted.get(size - 1), size);
    }

    /**
     * Divides measurements that were taken in pairs, one right after the other, pair by pair. What slows the machine
     * for a while slows both of a pair, so that their ratio is steadier than the ratio of the medians.
     *
     * @param ours what is divided
     * @param theirs what it is divided by; a longer list's end is left out
     * @return the spread of the ratios
     */
    public static Spread ofRatios(List<Double> ours, List<Double> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return of(ratios);
    }

    /**
     * Returns the same spread in another unit.
     *
     * @param factor what every value is multiplied by, positive
     * @return the scaled spread
     */
    public Spread times(double factor) {
        return new Spread(median * factor, min * factor, max * factor, runs);
    }

    /**
     * Writes a value with three or more significant digits, without an exponent.
     *
     * @param value the value
     * @return for example {@code 1234}, {@code 12.3}, {@code 0.0123}
     */
    public static String number(double value) {
        double size = Math.abs(value);
        int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /**
     * Writes least and greatest.
     *
     * @return for example {@code 0.95 - 1.02}
     */
    public String range() {
        return number(min) + " - " + number(max);
    }
}
