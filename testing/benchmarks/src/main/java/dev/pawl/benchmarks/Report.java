package dev.pawl.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Tables and ratios of one run, for the terminal and as a page of the documentation. Confined to one thread. */
public final class Report {

    private final String title;
    private final String command;
    private final List<String> notes = new ArrayList<>();
    private final StringBuilder tables = new StringBuilder();
    private final List<String> ratios = new ArrayList<>();
    private final List<String> ratioRows = new ArrayList<>();

    /**
     * Begins a report.
     *
     * @param title its heading
     * @param command what was run
     */
    public Report(String title, String command) {
        this.title = title;
        this.command = command;
    }

    /**
     * Adds a sentence about how it was measured.
     *
     * @param sentence a whole sentence
     */
    public void note(String sentence) {
        notes.add(sentence);
    }

    /**
     * Adds a table.
     *
     * @param heading what it shows, with the unit
     * @param columns its columns
     * @param rows as many cells each as there are columns
     */
    public void table(String heading, List<String> columns, List<List<String>> rows) {
        tables.append("\n## ").append(heading).append("\n\n");
        tables.append(row(columns));
        tables.append("|").append("---|".repeat(columns.size())).append('\n');
        rows.forEach(cells -> tables.append(row(cells)));
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /**
     * Adds a figure of the last block.
     *
     * @param name a stable name
     * @param spread its value: the median counts
     * @param bar what it should reach, or empty
     */
    public void ratio(String name, Spread spread, String bar) {
        ratios.add("ratio " + name + " " + Spread.number(spread.median()));
        ratioRows.add(
                row(List.of(name, Spread.number(spread.median()), spread.range(), String.valueOf(spread.runs()), bar)));
    }

    /**
     * Returns the text for a terminal, which ends with the ratios.
     *
     * @return lines
     */
    public String terminal() {
        return tables + "\n" + String.join("\n", ratios) + "\n";
    }

    /**
     * Writes the page.
     *
     * @param file where to; its directories are made
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        StringBuilder page = new StringBuilder("# " + title + "\n\n");
        page.append("Written by `")
                .append(command)
                .append("` on ")
                .append(LocalDate.now(Clock.systemUTC()))
                .append(": ")
                .append(machine())
                .append(".\n");
        page.append("The machine's other work is not excluded: read the spread, and run it on your own.\n\n");
        notes.forEach(note -> page.append("- ").append(note).append('\n'));
        page.append("\n## Ratios and figures\n\n")
                .append(row(List.of("Name", "Median", "Least - greatest", "Runs", "Bar")));
        page.append("|---|---|---|---|---|\n");
        ratioRows.forEach(page::append);
        page.append(tables);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, page);
    }

    private static String machine() {
        Runtime runtime = Runtime.getRuntime();
        String java = ManagementFactory.getRuntimeMXBean().getVmName() + " " + Runtime.version();
        return runtime.availableProcessors() + " processors (" + processor() + "), " + System.getProperty("os.name")
                + ", " + java;
    }

    private static String processor() {
        String arch = System.getProperty("os.arch");
        try {
            return arch
                    + Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                            .filter(line -> line.startsWith("model name"))
                            .findFirst()
                            .map(line ->
                                    ", " + line.substring(line.indexOf(':') + 1).strip())
                            .orElse("");
        } catch (IOException notLinux) {
            return arch;
        }
    }
}
