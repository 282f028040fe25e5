package io.haori.spring.sample;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A help desk that sends each ticket to the team that its text belongs to. */
@SpringBootApplication
public class SampleApplication {}
