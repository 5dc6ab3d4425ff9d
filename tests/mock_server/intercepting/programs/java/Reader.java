import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;

public class Reader {
    public static void main(String[] arguments) throws Exception {
        String url = arguments.length > 0 && arguments[0].equals("elsewhere")
            ? "https://elsewhere.example/"
            : "https://api.incident.io/v2/incidents?page_size=1";
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer " + System.getenv("INCIDENT_IO_API_KEY"))
            .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        var reference = Pattern.compile("\"reference\":\"(INC-[0-9]+)\"").matcher(response.body());
        System.out.println(response.statusCode() + " " + (reference.find() ? reference.group(1) : ""));
        System.exit(response.statusCode() == 200 ? 0 : 1);
    }
}
