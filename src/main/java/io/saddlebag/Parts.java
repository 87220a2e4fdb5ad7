package io.saddlebag;

import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.ExportLoader;
import io.saddlebag.export.ExportRoutes;
import io.saddlebag.export.Exports;
import io.saddlebag.http.VendorHttpClient;
import io.saddlebag.observe.Observability;
import io.saddlebag.run.Engine;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.NodeLease;
import io.saddlebag.run.NodeLock;
import io.saddlebag.run.RunRequests;
import io.saddlebag.run.Schedules;
import io.saddlebag.staging.StagingArea;
import org.apache.camel.CamelContext;

/** What a runtime consists of, once it is put together. */
record Parts(
    CamelContext camel,
    Settings settings,
    NodeLock lock,
    NodeLease lease,
    Ledger ledger,
    Exports exports,
    StagingArea staging,
    VendorHttpClient http,
    Engine engine,
    RunRequests requests,
    Schedules schedules,
    ExportCheck check,
    ExportRoutes routes,
    ExportLoader loader,
    Observability observability) {}
