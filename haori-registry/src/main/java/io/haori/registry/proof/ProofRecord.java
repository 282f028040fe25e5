package io.haori.registry.proof;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * An entry of the log about a proof of concept.
 *
 * @param seq number of the entry
 * @param happened when
 * @param actor who ran it
 * @param kind what it says
 * @param module name of the module that it is about
 * @param hash digest of the entry
 * @param details what was fixed, measured or decided
 */
public record ProofRecord(
    long seq,
    Instant happened,
    String actor,
    ProofKind kind,
    String module,
    String hash,
    JsonNode details) {}
