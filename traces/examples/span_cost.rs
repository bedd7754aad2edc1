//! Prints what traces cost where they are made, while nothing is traced and while everything is: `cargo run --release -p traces
//! --example span_cost`.
#![expect(clippy::print_stdout, reason = "it prints")]

use std::hint::black_box;
use std::time::Instant;

use traces::{Call, Export, FileSettings, Parent, Settings, Span, SpanKind, Tracer, keys};

/// How often each thing is done.
const TIMES: u32 = 200_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("off:");
    measure(&Tracer::default()).await;
    let file = Some(FileSettings { path: "/dev/null".into(), limit: u64::MAX });
    let mut export = Export::new(Settings { collector: false, file })?;
    println!("on:");
    measure(&export.tracer("cost")?).await;
    export.shut_down().await;
    Ok(())
}

async fn measure(tracer: &Tracer) {
    let request = tracer.begin(SpanKind::Server, &Parent::none(), || "GET /".into());
    let all = async {
        let begun = Instant::now();
        for _ in 0..TIMES {
            let span = Span::child(SpanKind::Internal, || "execute_tool shell".into());
            span.set(keys::TOOL, "shell");
            span.within(async { black_box(()) }).await;
        }
        println!("  a span with an attribute: {:?}", begun.elapsed() / TIMES);
        let begun = Instant::now();
        for _ in 0..TIMES {
            drop(black_box(Call::begin("POST", "/v1/shell")));
        }
        println!("  a request to another service: {:?}", begun.elapsed() / TIMES);
        let begun = Instant::now();
        for _ in 0..TIMES {
            black_box(traces::traceparent());
        }
        println!("  the traceparent of a run: {:?}", begun.elapsed() / TIMES);
    };
    request.within(all).await;
}
