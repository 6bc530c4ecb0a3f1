package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same tokenizer in the files of transformers 4 and 5, and tokens that are added to it in all
 * the places where they are kept. The expected ids are those of transformers 5.24.
 */
class TokenizerFilesTest {
  private static final String VOCABULARY =
      "{'a':0,'b':1,'a</w>':2,'b</w>':3,'ab</w>':4,'<|startoftext|>':5,'<|endoftext|>':6,'_':7}";
  private static final String ENDS =
      "{'id':5,'content':'<|startoftext|>','normalized':false,'special':true},"
          + "{'id':6,'content':'<|endoftext|>','normalized':false,'special':true}";
  private static final String CAT = ",{'id':8,'content':'<Cat>','single_word':false,";

  @TempDir Path folder;

  @BeforeEach
  void writeConfig() throws IOException {
    write("tokenizer_config.json", "{'model_max_length':6,'tokenizer_class':'CLIPTokenizer'}");
  }

  private void writeTwoFiles() throws IOException {
    write("vocab.json", VOCABULARY);
    write("merges.txt", "#version: 0.2\na b</w>\n");
  }

  private void writeOneFile(String merges, String added) throws IOException {
    write(
        "tokenizer.json",
        ("{'version':'1.0','normalizer':{'type':'Lowercase'},'added_tokens':[%s],"
                + "'model':{'type':'BPE','end_of_word_suffix':'</w>',"
                + "'unk_token':'<|endoftext|>','vocab':%s,'merges':[%s]}}")
            .formatted(added, VOCABULARY, merges));
  }

  private int[] ids(String text) {
    return ClipTokenizer.read(folder).encode(text).ids();
  }

  @ParameterizedTest
  @ValueSource(strings = {"['a','b</w>']", "'a b</w>'"})
  void readsOneFile_withMergesAsPairsOrAsTexts(String merges) throws IOException {
    writeOneFile(merges, ENDS);

    assertThat(ids("ab")).containsExactly(5, 4, 6, 6, 6, 6);
    assertThat(ids("b <|endoftext|>b")).containsExactly(5, 3, 6, 3, 6, 6);
    assertThat(ids("a_b")).containsExactly(5, 2, 6, 3, 6, 6);
    assertThat(ClipTokenizer.read(folder).files())
        .containsExactly("tokenizer_config.json", "tokenizer.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TokenizersBackend", "PreTrainedTokenizerFast", "CLIPTokenizerFast"})
  void readsEitherForm_whateverTransformersCallsIt(String name) throws IOException {
    write("tokenizer_config.json", "{'model_max_length':6.0,'tokenizer_class':'" + name + "'}");
    writeOneFile("['a','b</w>']", ENDS);
    int[] inOneFile = ids("ab b");

    Files.delete(folder.resolve("tokenizer.json"));
    writeTwoFiles();

    assertThat(ids("ab b")).containsExactly(inOneFile);
  }

  @Test
  void refusesAnotherTokenizer_thatTreatsLettersOtherwise() throws IOException {
    write("tokenizer_config.json", "{'model_max_length':6,'tokenizer_class':'TokenizersBackend'}");
    writeOneFile("['a','b</w>']", ENDS);
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, Files.readString(file).replace("Lowercase", "NFC"));

    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .hasMessageContaining("its normalizer must make letters small");
  }

  @Test
  void padsWithWhatTheConfigurationSays_andTakesThatForNoWord() throws IOException {
    write("tokenizer_config.json", "{'model_max_length':6,'pad_token':'_'}");
    writeOneFile("['a','b</w>']", ENDS);

    assertThat(ids("ab")).containsExactly(5, 4, 6, 7, 7, 7);
    assertThat(ids("a_b")).containsExactly(5, 2, 7, 3, 6, 7);
  }

  @ParameterizedTest
  @CsvSource({
    "true, b<Cat>b, '5,3,8,3,6,6'",
    "true, b<cat>b, '5,3,8,3,6,6'",
    "true, b <CAT> b, '5,3,8,3,6,6'",
    "false, b<Cat>b, '5,3,8,3,6,6'",
    "false, b<cat>b, '5,3,6,6,0,6'",
  })
  void findsTokensThatOneFileAdds(boolean normalized, String text, String ids) throws IOException {
    String flags = "'normalized':" + normalized + ",'special':false}";
    writeOneFile("['a','b</w>']", ENDS + CAT + flags);

    assertThat(ids(text)).containsExactly(list(ids));

    writeTwoFiles(); // beside it
    assertThat(ids(text)).containsExactly(list(ids));
    assertThat(ClipTokenizer.read(folder).files()).contains("vocab.json", "tokenizer.json");
  }

  @ParameterizedTest
  @CsvSource({"b<cat>b, '5,3,6,6,0,6'", "b <CAT> b, '5,3,8,3,6,6'"})
  void findsWholeWordsOnly_whereATokenIsOne(String text, String ids) throws IOException {
    writeOneFile(
        "['a','b</w>']",
        ENDS + ",{'id':8,'content':'<Cat>','single_word':true,'normalized':true,'special':false}");

    assertThat(ids(text)).containsExactly(list(ids));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b<Cat>b | 5,3,8,3,6,6",
        "b<cat>b | 5,3,8,3,6,6",
        "b MY   cat b | 5,3,9,3,6,6",
        "bmy catb | 5,3,9,3,6,6"
      })
  void findsTokensOfAddedTokensJson(String text, String ids) throws IOException {
    writeTwoFiles();
    write("added_tokens.json", "{'<Cat>':8,'my Cat':9}");

    assertThat(ids(text)).containsExactly(list(ids));
    assertThat(ClipTokenizer.read(folder).largestId()).isEqualTo(9);
    assertThat(ClipTokenizer.read(folder).files()).contains("added_tokens.json");
  }

  @ParameterizedTest
  @CsvSource({
    "special_tokens_map.json, additional_special_tokens",
    "tokenizer_config.json, additional_special_tokens",
    "tokenizer_config.json, extra_special_tokens"
  })
  void findsFurtherSpecialTokens_asTheyAreSpelled(String file, String key) throws IOException {
    writeTwoFiles();
    write("added_tokens.json", "{'<Cat>':8}");
    write(file, "{'model_max_length':6,'" + key + "':['<Cat>','_']}");

    assertThat(ids("b<Cat>b")).containsExactly(5, 3, 8, 3, 6, 6);
    assertThat(ids("b<cat>b")).containsExactly(5, 3, 6, 6, 0, 6);
    assertThat(ids("a_b")).containsExactly(5, 2, 7, 3, 6, 6);
  }

  @Test
  void asksTheSpecialTokensMap_onlyWhereTheConfigurationHasNoDecoder() throws IOException {
    writeTwoFiles();
    write("special_tokens_map.json", "{'pad_token':'<|endoftext|>'}");
    write("tokenizer_config.json", "{'model_max_length':6,'pad_token':'_'}");
    assertThat(ids("ab")).containsExactly(5, 4, 6, 6, 6, 6);

    write(
        "tokenizer_config.json",
        "{'model_max_length':6,'pad_token':'_','added_tokens_decoder':"
            + "{'6':{'content':'<|endoftext|>','normalized':true,'special':true}}}");
    assertThat(ids("ab")).containsExactly(5, 4, 6, 7, 7, 7);
    assertThat(ids("b<|ENDOFTEXT|>b")).containsExactly(5, 3, 6, 3, 6, 7);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tokenizer.json | {} | its model must have a vocab and merges",
        "tokenizer.json | {'model':{'type':'Unigram'}} | type \"Unigram\" must be BPE",
        "tokenizer.json | {'model':{'end_of_word_suffix':'_'}} | end_of_word_suffix \"_\" must be",
        "tokenizer.json | {'model':{'vocab':{'a':0},'merges':['a b c']}} | merge 1 must be two",
        "tokenizer.json | {'model':{'vocab':{'a':0},'merges':[['a']]}} | merge 1 must be two",
        "tokenizer.json | {'model':{'vocab':{'a':-3},'merges':[]}} | the id of \"a\", -3, must be",
        "tokenizer.json | {'model':{'vocab':{'a':3},'merges':[]}} | disagrees with vocab.json"
            + " about",
        "added_tokens.json | {'<Cat>':'x'} | the id of \"<Cat>\", \"x\", must be a whole number",
        "added_tokens.json | {'_':8} | the id of \"_\", 8, must be 7 as in vocab.json",
        "added_tokens.json | [] | must be a JSON object",
        "special_tokens_map.json | {'pad_token':null} | the token null must be a string",
        "tokenizer_config.json | {'pad_token':null} | the token null must be a string",
        "tokenizer_config.json | {'extra_special_tokens':['?']} | \"?\" is not in vocab.json",
        "vocab.json | version https://git-lfs.github.com/spec/v1 | git lfs pull",
        "merges.txt | version https://git-lfs.github.com/spec/v1 | git lfs pull",
      })
  void refusesWhatItCannotRead(String file, String content, String expected) throws IOException {
    writeTwoFiles();
    write(file, content);

    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(folder.resolve(file).toString())
        .hasMessageContaining(expected)
        .message()
        .hasLineCount(1);
  }

  @Test
  void refusesOtherMergesInOneFileThanInTwo() throws IOException {
    writeTwoFiles();
    writeOneFile("['a','b</w>'],['a','b</w>']", ENDS);

    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("disagrees with vocab.json about the merges: remove the one");
  }

  /** The miniature's second tokenizer, loaded and saved by transformers 5.24. */
  @Test
  void readsWhatTransformers5Writes() throws Exception {
    Path written =
        Path.of(
            Objects.requireNonNull(getClass().getResource("/transformers-5-tokenizer")).toURI());
    ClipTokenizer before =
        ClipTokenizer.read(
            GoldenData.path("../../../../deploy/models/miniature/tokenizer_2").normalize());

    ClipTokenizer today = ClipTokenizer.read(written);

    assertThat(today.largestId()).isEqualTo(before.largestId());
    for (String text :
        List.of(
            "snowy mountains and a calm lake, at sunset, a sun, a white sailboat",
            "It's 3 o'clock!! a!b",
            "<|startoftext|>北京の灯台 Schloß <|ENDOFTEXT|> é",
            "")) {
      assertThat(today.encode(text)).usingRecursiveComparison().isEqualTo(before.encode(text));
    }
  }

  private static int[] list(String ids) {
    return Arrays.stream(ids.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(folder.resolve(file), content.replace('\'', '"'));
  }
}
