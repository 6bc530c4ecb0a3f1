package demofusion.protocol.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the API's OpenAPI document says of a record or of its component that Java's types do not.
 * The document is generated of it; the program itself does not read it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Schema {
  /** The description. */
  String value() default "";

  /** Of a record: its name in the document, where that is not the class's. */
  String name() default "";

  /** Further keywords of JSON Schema, as in {@code minimum: 1, maximum: 16}. */
  String rules() default "";
}
