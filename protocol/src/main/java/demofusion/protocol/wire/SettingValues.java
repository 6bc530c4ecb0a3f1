package demofusion.protocol.wire;

import com.esotericsoftware.kryo.KryoException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of a scheduler as its file had them: texts, numbers, true and false, and lists and
 * maps of those, each behind a letter for its kind.
 */
final class SettingValues {
  private static final int TEXT = 't';
  private static final int FLAG = 'f';
  private static final int INTEGER = 'i';
  private static final int LONG = 'l';
  private static final int DOUBLE = 'd';
  private static final int LIST = 'a';
  private static final int MAP = 'm';

  private static final int DEEPEST = 8;
  // The kind's letter and a byte of the value; a map's entry has the length of its key too.
  private static final int LEAST_VALUE = 2;
  private static final int LEAST_ENTRY = 3;

  private SettingValues() {}

  static void write(WireOutput output, Map<String, Object> settings) {
    output.count(settings.size());
    settings.forEach(
        (key, value) -> {
          output.text(key);
          writeValue(output, value);
        });
  }

  private static void writeValue(WireOutput output, Object value) {
    if (value instanceof String text) {
      output.writeByte(TEXT);
      output.text(text);
    } else if (value instanceof Boolean flag) {
      output.writeByte(FLAG);
      output.writeBoolean(flag);
    } else if (value instanceof Integer number) {
      output.writeByte(INTEGER);
      output.writeInt(number);
    } else if (value instanceof Long number) {
      output.writeByte(LONG);
      output.writeLong(number);
    } else if (value instanceof Number number) { // settings are read as doubles in the end
      output.writeByte(DOUBLE);
      output.writeDouble(number.doubleValue());
    } else if (value instanceof List<?> list) {
      output.writeByte(LIST);
      output.list(list, SettingValues::writeValue);
    } else if (value instanceof Map<?, ?> map) {
      output.writeByte(MAP);
      write(output, withTextKeys(map));
    } else {
      throw new KryoException("a setting cannot be a " + value.getClass().getSimpleName());
    }
  }

  private static Map<String, Object> withTextKeys(Map<?, ?> map) {
    Map<String, Object> settings = new HashMap<>();
    map.forEach(
        (key, value) -> {
          if (value != null) { // as absent, which is how a scheduler reads it
            settings.put(String.valueOf(key), value);
          }
        });
    return settings;
  }

  static Map<String, Object> read(WireInput input) {
    return read(input, 0);
  }

  private static Map<String, Object> read(WireInput input, int depth) {
    Map<String, Object> settings = new HashMap<>();
    for (int left = input.count(LEAST_ENTRY); left > 0; left--) {
      String key = input.text();
      if (settings.put(key, readValue(input, depth + 1)) != null) {
        throw new KryoException("a setting stands there twice");
      }
    }
    return settings;
  }

  private static Object readValue(WireInput input, int depth) {
    if (depth > DEEPEST) {
      throw new KryoException("settings must not be nested more than " + DEEPEST + " deep");
    }
    int kind = input.readByte();
    return switch (kind) {
      case TEXT -> input.text();
      case FLAG -> input.readBoolean();
      case INTEGER -> input.readInt();
      case LONG -> input.readLong();
      case DOUBLE -> input.readDouble();
      case LIST -> List.copyOf(input.list(LEAST_VALUE, source -> readValue(source, depth + 1)));
      case MAP -> Map.copyOf(read(input, depth));
      default -> throw new KryoException(kind + " is no kind of setting");
    };
  }
}
