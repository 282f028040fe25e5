package io.haori.spring.sample;

import io.haori.core.text.Classification;
import io.haori.core.text.Classifier;
import io.haori.core.text.Embedder;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The application knows the two interfaces alone, not where the model computes. */
@RestController
class TicketController {
  private final Classifier tickets;
  private final Embedder embedder;

  TicketController(Classifier tickets, Embedder embedder) {
    this.tickets = tickets;
    this.embedder = embedder;
  }

  record Ticket(String text) {}

  record Routed(String team, double probability) {}

  record Pair(String one, String other) {}

  @PostMapping("/tickets")
  Routed route(@RequestBody Ticket ticket) {
    Classification answer = tickets.classify(ticket.text());
    return new Routed(answer.label(), answer.probability());
  }

  @PostMapping("/likeness")
  double likeness(@RequestBody Pair pair) {
    List<float[]> vectors = embedder.embed(List.of(pair.one(), pair.other()));
    double product = 0;
    for (int i = 0; i < embedder.width(); i++) {
      product += (double) vectors.get(0)[i] * vectors.get(1)[i];
    }
    return product;
  }
}
