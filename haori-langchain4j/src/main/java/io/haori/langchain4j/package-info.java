/**
 * Haori's embedders and classifiers as LangChain4j has them, of a server or in the process.
 *
 * <pre>{@code
 * HaoriClient client = new HaoriClient(ClientSettings.of("http://127.0.0.1:8080"));
 * EmbeddingModel embeddings = new HaoriEmbeddingModel(client.embedder("food@live"));
 * TextClassifier<String> tickets =
 *     HaoriTextClassifier.ofNames(client.classifier(Asked.model("tickets@live")));
 * }</pre>
 */
@NullMarked
package io.haori.langchain4j;

import org.jspecify.annotations.NullMarked;
