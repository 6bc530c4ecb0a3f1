package demofusion.deploy.command.option;

import demofusion.protocol.DemofusionException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where prompts come from: the command line, a file, or standard input, one a line. */
public final class PromptList {
  private static final String STANDARD_INPUT = "-";
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private PromptList() {}

  /**
   * @param prompt from the command line
   * @param file where prompts lie, - for standard input
   */
  public static List<String> read(
      @Nullable String prompt, @Nullable String file, InputStream stdin) {
    if (prompt != null && file != null) {
      throw DemofusionException.badRequest(
          "a prompt and --prompts were both given: use only one of them");
    }
    if (prompt != null) {
      return List.of(prompt);
    }
    if (file == null) {
      throw DemofusionException.badRequest(
          "no prompt given: enter one, for example demofusion render \"a lighthouse at sunset\"");
    }
    List<String> prompts = lines(file, stdin);
    if (prompts.isEmpty()) {
      throw DemofusionException.badRequest("--prompts " + file + " contains no prompt");
    }
    return prompts;
  }

  private static List<String> lines(String file, InputStream stdin) {
    try {
      byte[] bytes =
          file.equals(STANDARD_INPUT) ? stdin.readAllBytes() : Files.readAllBytes(Path.of(file));
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(
                  new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder()));
      return reader
          .lines()
          .map(line -> line.replace(BYTE_ORDER_MARK, "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (NoSuchFileException e) {
      throw DemofusionException.badRequest("--prompts " + file + " does not exist");
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw DemofusionException.badRequest("--prompts " + file + " is not UTF-8 text");
      }
      throw e;
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "--prompts " + file + " cannot be read: " + e.getMessage());
    }
  }
}
