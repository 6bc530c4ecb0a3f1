package demofusion.deploy.launch;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import demofusion.deploy.launch.LogFields.Field;
import demofusion.protocol.Excerpt;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes each event of the log as one line: {@code key=value} for people, or JSON for programs,
 * with the same names. A failure's cause is a field; its stack trace, which takes many lines as
 * text, is only for who asks for debug. {@code logback.xml} makes it, and {@link Logging} says how.
 */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());
  private static final byte[] NOTHING = {};
  private static final int LONGEST_VALUE = 4096;

  private boolean isJson;
  private boolean hasTime;
  private boolean hasTraces;

  /** {@code text} or {@code json}. */
  public void setFormat(String format) {
    isJson = format.equals("json");
  }

  /** Whether lines of text begin with it; those of JSON always have it. */
  public void setTime(boolean wanted) {
    hasTime = wanted;
  }

  public void setTraces(boolean wanted) {
    hasTraces = wanted;
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    String line = isJson ? json(event) : text(event);
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private String text(ILoggingEvent event) {
    StringBuilder line = new StringBuilder();
    if (hasTime) {
      line.append(TIME.format(event.getInstant())).append(' ');
    }
    line.append(String.format("%-5s %s:", event.getLevel(), logger(event)));
    for (Field field : fields(event)) {
      line.append(' ').append(field.name().equals("message") ? field.value() : field.toString());
    }
    if (hasTraces && event.getThrowableProxy() != null) {
      line.append('\n').append(ThrowableProxyUtil.asString(event.getThrowableProxy()).strip());
    }
    return line.toString();
  }

  private String json(ILoggingEvent event) {
    List<Field> all = new ArrayList<>();
    all.add(new Field("time", TIME.format(event.getInstant())));
    all.add(new Field("level", event.getLevel().toString()));
    all.add(new Field("logger", logger(event)));
    all.addAll(fields(event));
    if (hasTraces && event.getThrowableProxy() != null) {
      all.add(new Field("trace", ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }
    StringBuilder line = new StringBuilder("{");
    for (Field field : all) {
      line.append(line.length() == 1 ? "" : ",")
          .append(LogFields.quoted(field.name()))
          .append(':')
          .append(LogFields.quoted(field.value()));
    }
    return line.append('}').toString();
  }

  private static List<Field> fields(ILoggingEvent event) {
    List<Field> fields = new ArrayList<>();
    LogFields.of(event.getMessage(), event.getArgumentArray())
        .ifPresentOrElse(
            own -> own.forEach(field -> fields.add(new Field(field.name(), cut(field.value())))),
            () -> fields.add(new Field("message", cut(oneLine(event.getFormattedMessage())))));
    IThrowableProxy cause = event.getThrowableProxy();
    if (cause != null) {
      fields.add(new Field("cause", cut(cause(cause))));
    }
    return fields;
  }

  private static String cause(IThrowableProxy thrown) {
    @Nullable String message = thrown.getMessage();
    return thrown.getClassName() + (message == null ? "" : ": " + message);
  }

  private static String oneLine(@Nullable String text) {
    return text == null ? "" : text.replaceAll("\\s+", " ");
  }

  private static String cut(String text) {
    return Excerpt.of(text, LONGEST_VALUE);
  }

  private static String logger(ILoggingEvent event) {
    String name = event.getLoggerName();
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
