import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks ({@code check}) or repairs ({@code apply}) the format of every Java source below the
 * working directory. It runs on the JDK that compiles the sources, because a formatter running on
 * the older JDK of Maven itself cannot parse their syntax.
 */
final class Format {
    public static void main(String[] args) throws Exception {
        boolean apply = args.length > 0 && args[0].equals("apply");
        var formatter = new Formatter(
                JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build());
        List<Path> wrong = new ArrayList<>();
        for (Path file : sources()) {
            String text = Files.readString(file);
            String wanted = formatter.formatSource(
                    ImportOrderer.reorderImports(
                            RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.AOSP));
            if (!wanted.equals(text)) {
                wrong.add(file);
                if (apply) {
                    Files.writeString(file, wanted);
                }
            }
        }
        wrong.forEach(file -> System.err.println((apply ? "formatted " : "not formatted: ") + file));
        if (!apply && !wrong.isEmpty()) {
            System.err.println("Run 'mvn validate -Dformat=apply' to format.");
            System.exit(1);
        }
    }

    private static List<Path> sources() throws Exception {
        List<Path> roots = new ArrayList<>();
        for (String module : List.of("optimizer", "advisor", "proxy", "bench")) {
            roots.add(Path.of(module, "src"));
        }
        List<Path> files = new ArrayList<>();
        for (Path root : roots) {
            if (Files.isDirectory(root)) {
                try (var walk = Files.walk(root)) {
                    walk.filter(p -> p.toString().endsWith(".java")).sorted().forEach(files::add);
                }
            }
        }
        return files;
    }
}
