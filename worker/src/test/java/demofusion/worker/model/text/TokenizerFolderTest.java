package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A vocabulary of eight tokens, whole at first; then each file is broken in turn. */
class TokenizerFolderTest {
  private static final String VOCABULARY =
      "{'a':0,'b':1,'a</w>':2,'b</w>':3,'ab</w>':4,'<|startoftext|>':5,'<|endoftext|>':6,'_':7}";

  @TempDir Path folder;

  @BeforeEach
  void writeWholeFolder() throws IOException {
    write("vocab.json", VOCABULARY);
    write("merges.txt", "#version: 0.2\na b</w>\n");
    write("tokenizer_config.json", "{'model_max_length':5}");
    write("special_tokens_map.json", "{'pad_token':{'content':'_','lstrip':false}}");
  }

  @Test
  void readsTokensWrittenAsStringsAndAsObjects() throws IOException {
    write("tokenizer_config.json", "{'model_max_length':5,'eos_token':{'content':'b'}}");

    assertThat(ClipTokenizer.read(folder).encode("").ids()).containsExactly(5, 1, 7, 7, 7);
  }

  @Test
  void honoursTheConfigsLength() {
    ClipTokenizer.Encoding encoding = ClipTokenizer.read(folder).encode("bb bb ab");

    assertThat(encoding.ids()).containsExactly(5, 1, 3, 1, 6);
    assertThat(encoding.cutOff()).isEqualTo("b ab");
  }

  @Test
  void fallsBackToClipsTokens_whenThereIsNoSpecialTokensMap() throws IOException {
    Files.delete(folder.resolve("special_tokens_map.json"));

    assertThat(ClipTokenizer.read(folder).encode("ab").ids()).containsExactly(5, 4, 6, 6, 6);
  }

  @Test
  void readsTokensAddedToTheVocabulary() throws IOException {
    write("tokenizer_config.json", "{'added_tokens_decoder':{'9':{'content':'<Cat>'}}}");

    assertThat(ClipTokenizer.read(folder).encode("b<Cat>b").ids()).startsWith(5, 3, 9, 3, 6);
  }

  @Test
  void putsTheUnknownTokenForLettersThatTheVocabularyLacks() {
    assertThat(ClipTokenizer.read(folder).encode("bx").ids()).startsWith(5, 1, 6, 6);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "vocab.json | {'a':0 | not valid JSON",
        "vocab.json | [] | must be a JSON object",
        "vocab.json | {'a':0,'a':1} | Duplicate",
        "vocab.json | {'a':-1} | the id of \"a\", -1, must be",
        "vocab.json | {'a':1.5} | the id of \"a\", 1.5, must be",
        "vocab.json | {'a':99999999999} | must be a whole number",
        "vocab.json | {'a':4294967301} | must be a whole number",
        "vocab.json | {'a':0.5} | must be a whole number",
        "vocab.json | {'a':0,'b</w>':1,'ab</w>':2} | is not in vocab.json",
        "merges.txt | a b c | line 1 must be two tokens",
        "merges.txt | a | line 1 must be two tokens",
        "merges.txt | a a | line 1 needs the token \"aa\", which is missing from vocab.json",
        "tokenizer_config.json | {'model_max_length':1} | model_max_length 1 must be",
        "tokenizer_config.json | {'model_max_length':'x'} | model_max_length",
        "tokenizer_config.json | {'model_max_length':1000000000000000019884624838656} | must be",
        "tokenizer_config.json | {'tokenizer_class':'T5Tokenizer'} | tokenizer_class T5Tokenizer",
        "tokenizer_config.json | {'bos_token':3} | must be a string",
        "tokenizer_config.json | {'padding_side':'left'} | padding_side \"left\" must be",
        "tokenizer_config.json | {'truncation_side':'left'} | truncation_side \"left\" must be",
        "tokenizer_config.json | {'added_tokens_decoder':{'x':{'content':'c'}}} | the id of \"c\"",
        "special_tokens_map.json | {'pad_token':'?'} | the token \"?\" is not in vocab.json",
        "special_tokens_map.json | {'pad_token':{}} | must be a string",
        "special_tokens_map.json | `` | must be a JSON object",
      })
  void refusesBrokenFilesWithOneSentence(String file, String content, String expected)
      throws IOException {
    write(file, content);

    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(expected)
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"vocab.json", "merges.txt", "tokenizer_config.json"})
  void refusesFolderThatLacksAFile(String file) throws IOException {
    Files.delete(folder.resolve(file));

    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(folder.resolve(file) + ": it is missing");
  }

  @Test
  void refusesMergesThatAreNoText() throws IOException {
    Files.write(folder.resolve("merges.txt"), new byte[] {(byte) 0xff, ' ', 'a'});

    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("not UTF-8");
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(folder.resolve(file), content.replace('\'', '"'));
  }
}
