import java.net.HttpURLConnection;
import java.net.URL;
import java.util.regex.Pattern;

public class UrlReader {
    public static void main(String[] arguments) throws Exception {
        String url = arguments.length > 0 && arguments[0].equals("elsewhere")
            ? "https://elsewhere.example/"
            : "https://api.incident.io/v2/incidents?page_size=1";
        var connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + System.getenv("INCIDENT_IO_API_KEY"));
        int status = connection.getResponseCode();
        var reference = Pattern.compile("\"reference\":\"(INC-[0-9]+)\"")
            .matcher(new String(connection.getInputStream().readAllBytes()));
        System.out.println(status + " " + (reference.find() ? reference.group(1) : ""));
    }
}
