package io.quern.proxy;

import io.quern.advisor.report.AdvisorReport;
import io.quern.advisor.report.HtmlReport;
import io.quern.advisor.report.JsonReport;
import io.quern.advisor.report.MarkdownReport;
import io.quern.advisor.report.TextReport;
import io.quern.advisor.store.PostgresStore;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.InvalidConfiguration;
import io.quern.proxy.config.PostgresUrl;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code quern report}: what was found, what it saved and what was undone. */
@Command(
        name = "report",
        description = "Prints the advisor's report, and writes it as HTML or Markdown.",
        mixinStandardHelpOptions = true)
final class Report implements Callable<Integer> {
    private static final Pattern PERIOD = Pattern.compile("(\\d{1,5})([smhdw])");
    private static final String ENDINGS = "[^.]+|.*\\.(html|htm|md|json)";
    private static final int TOP = 20;
    private static final int WIDTH = 120;

    enum Format {
        text,
        json
    }

    @Mixin private final Where where = new Where();

    @Option(
            names = "--since",
            paramLabel = "PERIOD",
            description = "how far back: 90m, 24h, 7d (default), 4w",
            defaultValue = "7d")
    private String since = "7d";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "also write it: .html, .md or .json; without an ending .html and .md")
    private @Nullable Path out;

    @Option(names = "--format", description = "text or json", defaultValue = "text")
    private Format format = Format.text;

    @Override
    public Integer call() throws IOException {
        Duration period = period(since);
        if (out != null) {
            requireWritable(out);
        }
        Configuration configuration = where.configuration(Map.of());
        AdvisorReport report;
        PostgresUrl url = configuration.store();
        try (PostgresStore store = PostgresStore.existing(url.jdbcUrl(), url.properties())) {
            Instant now = Instant.now();
            report = AdvisorReport.of(store, now.minus(period), now, TOP);
        }
        PrintStream stdout = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        stdout.print(
                format == Format.json
                        ? JsonReport.render(report)
                        : TextReport.render(report, WIDTH));
        if (out != null) {
            write(report, out);
        }
        return 0;
    }

    /** Says what is wrong with a file before the report is made and printed. */
    private static void requireWritable(Path file) throws IOException {
        Path name = file.getFileName();
        if (name == null || !name.toString().toLowerCase(Locale.ROOT).matches(ENDINGS)) {
            throw new InvalidConfiguration(
                    "--out: '" + file + "' does not end in .html, .md or .json");
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException("--out: there is no directory " + parent);
        }
        if (!Files.isWritable(Files.exists(file) ? file : parent) || Files.isDirectory(file)) {
            throw new IOException("--out: the report cannot be written to " + file);
        }
    }

    private static void write(AdvisorReport report, Path file) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".html") || name.endsWith(".htm")) {
            write(file, HtmlReport.render(report));
        } else if (name.endsWith(".md")) {
            write(file, MarkdownReport.render(report));
        } else if (name.endsWith(".json")) {
            write(file, JsonReport.render(report));
        } else {
            write(file.resolveSibling(file.getFileName() + ".html"), HtmlReport.render(report));
            write(file.resolveSibling(file.getFileName() + ".md"), MarkdownReport.render(report));
        }
    }

    private static void write(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new IOException("the report cannot be written to " + file, e);
        }
        System.err.println("wrote " + file);
    }

    /** Reads {@code 90m}, {@code 24h}, {@code 7d} and the like. */
    static Duration period(String text) {
        Matcher matcher = PERIOD.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidConfiguration("--since: '" + text + "' is not like 90m, 24h or 7d");
        }
        int n = Integer.parseInt(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            case "d" -> Duration.ofDays(n);
            default -> Duration.ofDays(7L * n);
        };
    }
}
